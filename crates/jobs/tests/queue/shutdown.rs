//! Stopping without losing or repeating work.

use std::time::{Duration, Instant};

use echosensei_jobs::Enqueue;

use crate::harness::{Step, World, scripted};

#[tokio::test]
async fn shutdown_lets_running_jobs_finish_and_claims_no_more() {
    let world = World::new().await;
    for label in ["one", "two", "three"] {
        world
            .enqueue(&scripted(label, &[Step::Take(300)]), Enqueue::default())
            .await;
    }
    let runner = world.runner().queue("default", 2).start();
    world.diary.wait_begun(2).await;
    assert_eq!(runner.shutdown().await, 0);
    assert_eq!(world.diary.ended(), ["one", "two"]);
    let rows = world.rows().await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].state.as_str(), rows[0].attempts), ("waiting", 0));
}

#[tokio::test]
async fn a_job_past_the_grace_time_is_given_back_and_not_counted() {
    let world = World::new().await;
    world
        .enqueue(
            &scripted("long", &[Step::Take(60_000), Step::Succeed]),
            Enqueue::default(),
        )
        .await;
    let runner = world.runner().shutdown_grace(Duration::from_millis(100)).start();
    world.diary.wait_begun(1).await;
    let begun = Instant::now();
    assert_eq!(runner.shutdown().await, 1);
    assert!(begun.elapsed() < Duration::from_secs(5));
    let rows = world.rows().await;
    assert_eq!((rows[0].state.as_str(), rows[0].attempts), ("waiting", 0));
    assert!(rows[0].due_in <= 0.0);

    let next = world.runner().start();
    world.diary.wait_ended(1).await;
    next.shutdown().await;
    assert_eq!(world.diary.begun()[1].attempt, 1);
}
