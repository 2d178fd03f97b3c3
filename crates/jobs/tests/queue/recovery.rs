//! A worker that dies, and one that is merely slow.

use std::time::Duration;

use echosensei_jobs::Enqueue;

use crate::harness::{Step, World, scripted};

const SHORT_LEASE: Duration = Duration::from_millis(300);

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_worker_that_was_killed_runs_again_and_the_cut_off_run_counts() {
    let world = World::new().await;
    let job = scripted("survivor", &[Step::Take(60_000), Step::Succeed]);
    world.enqueue(&job, Enqueue::default()).await;
    let killed = world.runner().lease(SHORT_LEASE).start();
    world.diary.wait_begun(1).await;
    drop(killed);
    assert_eq!(world.rows().await[0].state, "running", "a crash writes nothing");

    let other = world.runner().lease(SHORT_LEASE).start();
    world.diary.wait_ended(1).await;
    world.wait_rows(<[_]>::is_empty).await;
    other.shutdown().await;
    let attempts: Vec<i32> = world.diary.begun().iter().map(|seen| seen.attempt).collect();
    assert_eq!(attempts, [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_worker_each_time_becomes_a_dead_letter() {
    let world = World::new().await;
    let options = Enqueue {
        max_attempts: Some(1),
        ..Enqueue::default()
    };
    world
        .enqueue(&scripted("killer", &[Step::Take(60_000)]), options)
        .await;
    let killed = world.runner().lease(SHORT_LEASE).start();
    world.diary.wait_begun(1).await;
    drop(killed);

    let other = world.runner().lease(SHORT_LEASE).start();
    let rows = world.wait_rows(|rows| rows[0].state == "dead").await;
    other.shutdown().await;
    assert!(rows[0].last_error.as_ref().unwrap().contains("lease expired"));
    assert_eq!(world.diary.begun().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_longer_than_its_lease_keeps_it_by_heartbeat() {
    let world = World::new().await;
    world
        .enqueue(&scripted("long", &[Step::Take(1500)]), Enqueue::default())
        .await;
    let one = world.runner().lease(SHORT_LEASE).start();
    let other = world.runner().lease(SHORT_LEASE).start();
    world.diary.wait_ended(1).await;
    world.wait_rows(<[_]>::is_empty).await;
    one.shutdown().await;
    other.shutdown().await;
    assert_eq!(world.diary.begun().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_lease_went_to_another_worker_stops_and_writes_nothing() {
    let world = World::new().await;
    world
        .enqueue(&scripted("taken", &[Step::Take(1500)]), Enqueue::default())
        .await;
    let runner = world.runner().lease(SHORT_LEASE).start();
    world.diary.wait_begun(1).await;
    let to_another =
        "UPDATE jobs SET locked_by = gen_random_uuid(), locked_until = now() + interval '1 hour'";
    world.sql(to_another).await;
    tokio::time::sleep(Duration::from_millis(2000)).await;
    runner.shutdown().await;
    assert!(world.diary.ended().is_empty());
    assert_eq!(world.rows().await[0].state, "running");
}
