//! How fast the queue itself is. Run it alone, in release:
//! `cargo test -p echosensei-jobs --release -- --ignored throughput`

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use echosensei_jobs::{BackgroundJob, JobError, JobMeta, Runner};
use serde::{Deserialize, Serialize};

use crate::harness::World;

#[derive(Serialize, Deserialize)]
struct Trivial {}

impl BackgroundJob for Trivial {
    const NAME: &'static str = "trivial";
    type Context = Arc<AtomicUsize>;

    async fn run(&self, ran: Arc<AtomicUsize>, _meta: JobMeta) -> Result<(), JobError> {
        ran.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: wants the machine for itself and an optimised build"]
async fn throughput_of_trivial_jobs_is_above_1500_a_second() {
    const COUNT: usize = 20_000;
    let world = World::new().await;
    world
        .sql(&format!(
            "INSERT INTO jobs (queue, name, payload, max_attempts)
             SELECT 'default', 'trivial', '{{}}', 1 FROM generate_series(1, {COUNT})"
        ))
        .await;
    let ran = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let runner = Runner::new(world.pool.clone(), ran.clone())
        .register::<Trivial>()
        .queue("default", 16)
        .start();
    // Watched from memory: a query in a loop would be half the load.
    while ran.load(Ordering::Relaxed) < COUNT {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let rate = COUNT as f64 / begun.elapsed().as_secs_f64();
    runner.shutdown().await;
    assert_eq!(ran.load(Ordering::Relaxed), COUNT);
    eprintln!("{rate:.0} jobs/s");
    assert!(rate > 1500.0, "{rate:.0} jobs/s");
    assert!(world.rows().await.is_empty());
}
