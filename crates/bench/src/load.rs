//! Load at a fixed number of connections, and what its latencies were.

use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Latencies of one run.
pub struct Outcome {
    sorted: Vec<Duration>,
    pub elapsed: Duration,
    pub failures: u64,
}

impl Outcome {
    pub fn rate(&self) -> f64 {
        self.sorted.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that `percent` of the requests did not exceed.
    pub fn percentile(&self, percent: f64) -> Duration {
        let index =
            ((self.sorted.len() as f64 * percent / 100.0).ceil() as usize).clamp(1, self.sorted.len().max(1));
        self.sorted.get(index - 1).copied().unwrap_or_default()
    }
}

/// `connections` workers send one request after the other for `seconds`.
pub async fn closed<F, Fut>(connections: usize, seconds: u64, request: F) -> Outcome
where
    F: Fn(u64) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    let (counter, failures) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let begin = Instant::now();
    let end = begin + Duration::from_secs(seconds);
    let workers: Vec<_> = (0..connections)
        .map(|_| {
            let (counter, failures, request) = (counter.clone(), failures.clone(), request.clone());
            tokio::spawn(async move {
                let mut took = Vec::new();
                while Instant::now() < end {
                    let started = Instant::now();
                    match request(counter.fetch_add(1, Ordering::Relaxed)).await {
                        Ok(()) => took.push(started.elapsed()),
                        Err(_) => {
                            failures.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
                took
            })
        })
        .collect();
    collect(workers, begin, &failures).await
}

/// `rate` requests a second are offered, whether the earlier ones are answered or not; latency counts from the
/// moment at which a request was due.
pub async fn offered<F, Fut>(rate: u64, seconds: u64, request: F) -> Outcome
where
    F: Fn(u64) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let failures = Arc::new(AtomicU64::new(0));
    let begin = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    let (mut sent, mut workers) = (0, Vec::new());
    while sent < rate * seconds {
        tick.tick().await;
        let due = ((begin.elapsed().as_secs_f64() * rate as f64) as u64).min(rate * seconds);
        for number in sent..due {
            let (request, failures) = (request.clone(), failures.clone());
            let due_at = begin + Duration::from_secs_f64(number as f64 / rate as f64);
            workers.push(tokio::spawn(async move {
                match request(number).await {
                    Ok(()) => vec![due_at.elapsed()],
                    Err(_) => {
                        failures.fetch_add(1, Ordering::Relaxed);
                        Vec::new()
                    }
                }
            }));
        }
        sent = due;
    }
    collect(workers, begin, &failures).await
}

async fn collect(
    workers: Vec<tokio::task::JoinHandle<Vec<Duration>>>,
    begin: Instant,
    failures: &AtomicU64,
) -> Outcome {
    let mut sorted = Vec::new();
    for worker in workers {
        sorted.extend(worker.await.unwrap_or_default());
    }
    let elapsed = begin.elapsed();
    sorted.sort_unstable();
    Outcome {
        sorted,
        elapsed,
        failures: failures.load(Ordering::Relaxed),
    }
}

/// `12.3 ms`.
pub fn ms(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
