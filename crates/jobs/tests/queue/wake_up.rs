//! Idle workers hear of new work at once.

use std::time::{Duration, Instant};

use echosensei_jobs::{Enqueue, Runner, Wake};

use crate::harness::{Diary, World, scripted};

/// Polls so rarely that only a wake-up can start a job.
fn deaf_to_time(world: &World) -> Runner<Diary> {
    world.runner().poll_interval(Duration::from_secs(600))
}

/// A runner that has looked once and now sleeps.
async fn settle_down(world: &World) {
    world.enqueue(&scripted("first", &[]), Enqueue::default()).await;
    world.diary.wait_ended(1).await;
    world.wait_rows(<[_]>::is_empty).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_wakes_an_idle_runner_within_100_ms() {
    let world = World::new().await;
    let runner = deaf_to_time(&world).start();
    settle_down(&world).await;
    let mut delays = Vec::new();
    for n in 0..10 {
        world.enqueue(&scripted("woken", &[]), Enqueue::default()).await;
        let queued = Instant::now();
        world.diary.wait_begun(n + 2).await;
        let begun = world.diary.begun().last().unwrap().at;
        delays.push(begun.saturating_duration_since(queued));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    runner.shutdown().await;
    // The median: other tests run beside this one.
    delays.sort();
    assert!(delays[5] < Duration::from_millis(100), "{delays:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_are_heard_again_after_the_connection_was_lost() {
    let world = World::new().await;
    let runner = deaf_to_time(&world).start();
    settle_down(&world).await;
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query = 'LISTEN jobs'";
    world.sql(kill).await;
    world.enqueue(&scripted("unheard", &[]), Enqueue::default()).await;
    // Reconnecting looks once for what was missed.
    world.diary.wait_ended(2).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    world.enqueue(&scripted("heard", &[]), Enqueue::default()).await;
    world.diary.wait_ended(3).await;
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn polling_finds_what_was_not_notified() {
    let world = World::new().await;
    let runner = world.runner().without_listener().start();
    world.enqueue(&scripted("found", &[]), Enqueue::default()).await;
    world.diary.wait_ended(1).await;
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_job_starts_when_the_waker_is_used() {
    let world = World::new().await;
    let runner = deaf_to_time(&world).start();
    settle_down(&world).await;
    let quiet = Enqueue {
        wake: Wake::Poll,
        ..Enqueue::default()
    };
    world.enqueue(&scripted("quiet", &[]), quiet).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(world.diary.begun().len(), 1);
    runner.waker().wake("default");
    world.diary.wait_ended(2).await;
    runner.shutdown().await;
}
