//! At most one waiting and one running job per key, and no wake-up lost.

use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use echosensei_jobs::{Enqueue, EnqueueError, UntilIdle, enqueue};

use crate::harness::{Step, World, scripted, unique};

#[tokio::test]
async fn a_unique_job_waits_once() {
    let world = World::new().await;
    let job = scripted("sync", &[]);
    assert!(world.enqueue(&job, unique("a")).await.is_some());
    assert_eq!(world.enqueue(&job, unique("a")).await, None);
    assert!(world.enqueue(&job, unique("b")).await.is_some());
    assert!(world.enqueue(&job, Enqueue::default()).await.is_some());
    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    assert_eq!(world.diary.begun().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_job_queued_while_it_runs_runs_once_more_but_never_beside_itself() {
    let world = World::new().await;
    let job = scripted("sync", &[Step::Take(300), Step::Succeed]);
    let (one, other) = (world.runner().start(), world.runner().start());
    world.enqueue(&job, unique("a")).await;
    world.diary.wait_begun(1).await;
    assert!(world.enqueue(&job, unique("a")).await.is_some());
    assert_eq!(world.enqueue(&job, unique("a")).await, None);
    world.diary.wait_ended(2).await;
    world.wait_rows(<[_]>::is_empty).await;
    one.shutdown().await;
    other.shutdown().await;
    assert_eq!(world.diary.most_at_once("sync"), 1);
    assert_eq!(world.diary.begun().len(), 2);
}

#[tokio::test]
async fn a_waiting_unique_job_sees_what_the_second_to_queue_it_writes() {
    let world = World::new().await;
    let job = scripted("sync", &[]);
    world.enqueue(&job, unique("a")).await;
    let mut conn = world.conn().await;
    let diary = world.diary.clone();
    let running = AsyncPgConnection::transaction(&mut conn, async |conn| {
        assert_eq!(enqueue(conn, &job, unique("a")).await?, None);
        // Claimed now, it would read the state before this transaction's writes.
        let running = world.runner().start();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(diary.begun().is_empty());
        Ok::<_, EnqueueError>(running)
    })
    .await
    .unwrap();
    world.diary.wait_ended(1).await;
    running.shutdown().await;
}

#[tokio::test]
async fn queueing_a_scheduled_unique_job_for_now_brings_it_forward() {
    let world = World::new().await;
    let job = scripted("sync", &[]);
    let hourly = Enqueue {
        run_at: Some(chrono::Utc::now() + Duration::from_secs(3600)),
        ..unique("a")
    };
    world.enqueue(&job, hourly.clone()).await;
    assert_eq!(world.enqueue(&job, unique("a")).await, None);
    assert!(world.rows().await[0].due_in <= 0.0);
    assert_eq!(world.enqueue(&job, hourly).await, None, "nor is it put off again");
    assert!(world.rows().await[0].due_in <= 0.0);
}

#[tokio::test]
async fn queueing_a_failed_unique_job_does_not_cut_its_back_off_short() {
    let world = World::new().await;
    let job = scripted("sync", &[Step::Fail]);
    world.enqueue(&job, unique("a")).await;
    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    assert_eq!(world.enqueue(&job, unique("a")).await, None);
    assert!(world.rows().await[0].due_in > 40.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_job_that_fails_hands_attempts_and_back_off_to_the_one_behind_it() {
    let world = World::new().await;
    let slow_failure = crate::harness::Impatient(scripted("sync", &[Step::Take(60_000)]));
    let runner = world.runner().start();
    world.enqueue(&slow_failure, unique("a")).await;
    world.diary.wait_begun(1).await;
    let behind = world.enqueue(&slow_failure, unique("a")).await;
    assert!(behind.is_some());
    let rows = world
        .wait_rows(|rows| rows.len() == 1 && rows[0].attempts == 1)
        .await;
    runner.shutdown().await;
    assert_eq!(rows[0].state, "waiting");
    assert!(rows[0].due_in > 40.0);
    assert!(rows[0].last_error.as_ref().unwrap().starts_with("took longer"));
}
