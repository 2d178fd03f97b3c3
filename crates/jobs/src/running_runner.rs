//! A runner at work: waking it and stopping it.

use std::{collections::HashMap, sync::Arc};

use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    keeper, listener, queue_loop,
    runner::{Queue, Shared},
};

/// Wakes the queues of one runner in this process, without the database.
#[derive(Debug, Clone, Default)]
pub struct Waker(Arc<HashMap<&'static str, Arc<Notify>>>);

impl Waker {
    fn new(queues: &[Queue]) -> Self {
        let wakes = queues.iter().map(|queue| (queue.name, Arc::new(Notify::new())));
        Self(Arc::new(wakes.collect()))
    }

    /// Lets `queue` look for due jobs now; nothing if it is not served here.
    pub fn wake(&self, queue: &str) {
        if let Some(wake) = self.0.get(queue) {
            wake.notify_one();
        }
    }

    /// Lets all queues look for due jobs now.
    pub fn wake_all(&self) {
        for wake in self.0.values() {
            wake.notify_one();
        }
    }
}

/// A started runner. Dropping it stops everything at once, in the middle of
/// jobs, as a crash would: use [`RunningRunner::shutdown`].
#[must_use = "dropping a runner cuts off its jobs"]
pub struct RunningRunner {
    shutdown: CancellationToken,
    waker: Waker,
    queue_loops: JoinSet<usize>,
    helpers: JoinSet<()>,
}

pub(crate) fn start<C: Clone + Send + Sync + 'static>(
    shared: Arc<Shared<C>>,
    queues: Vec<Queue>,
) -> RunningRunner {
    let waker = Waker::new(&queues);
    let shutdown = shared.shutdown.clone();
    let mut helpers = JoinSet::new();
    let names = queues.iter().map(|queue| queue.name).collect();
    helpers.spawn(keeper::run(shared.clone(), names, waker.clone()));
    if shared.settings.is_listening {
        helpers.spawn(listener::run(shared.pool.clone(), waker.clone()));
    }
    let mut queue_loops = JoinSet::new();
    for queue in queues {
        let wake = waker.0.get(queue.name).cloned().unwrap_or_default();
        queue_loops.spawn(queue_loop::run(shared.clone(), queue, wake));
    }
    RunningRunner {
        shutdown,
        waker,
        queue_loops,
        helpers,
    }
}

impl RunningRunner {
    /// A handle that wakes this runner's queues.
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Claims no more, lets running jobs finish within the grace time, then
    /// cuts off the rest and gives them back, not counted as an attempt.
    /// Returns how many were given back.
    pub async fn shutdown(mut self) -> usize {
        self.shutdown.cancel();
        let mut given_back = 0;
        while let Some(ended) = self.queue_loops.join_next().await {
            match ended {
                Ok(count) => given_back += count,
                Err(error) => tracing::error!(error = %error, "A job queue's loop failed"),
            }
        }
        // Leases were renewed until here, while the last jobs ran.
        self.helpers.shutdown().await;
        given_back
    }
}
