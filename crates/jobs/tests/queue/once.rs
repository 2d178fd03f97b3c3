//! One job, one run, in the right order.

use std::time::Duration;

use echosensei_jobs::{Enqueue, UntilIdle};

use crate::harness::{Step, World, scripted};

#[tokio::test(flavor = "multi_thread")]
async fn each_job_runs_once_under_two_runners() {
    let world = World::new().await;
    for n in 0..200 {
        let job = scripted(&n.to_string(), &[Step::Take(1)]);
        world.enqueue(&job, Enqueue::default()).await;
    }
    let (one, other) = (world.runner().start(), world.runner().start());
    world.diary.wait_ended(200).await;
    world.wait_rows(<[_]>::is_empty).await;
    one.shutdown().await;
    other.shutdown().await;
    let mut labels = world.diary.begun_labels();
    labels.sort();
    labels.dedup();
    assert_eq!((labels.len(), world.diary.begun().len()), (200, 200));
}

#[tokio::test]
async fn higher_priority_runs_first_then_the_one_due_longer() {
    let world = World::new().await;
    for (label, priority) in [("low", -1), ("first", 0), ("second", 0), ("high", 1)] {
        let options = Enqueue {
            priority: Some(priority),
            ..Enqueue::default()
        };
        world.enqueue(&scripted(label, &[]), options).await;
    }
    let runner = world.runner().queue("default", 1);
    runner.run_until_idle(UntilIdle::default()).await.unwrap();
    assert_eq!(world.diary.begun_labels(), ["high", "first", "second", "low"]);
}

#[tokio::test]
async fn a_job_waits_for_its_time() {
    let world = World::new().await;
    let options = Enqueue {
        run_at: Some(chrono::Utc::now() + Duration::from_millis(300)),
        ..Enqueue::default()
    };
    world.enqueue(&scripted("later", &[]), options).await;
    let report = world.runner().run_until_idle(UntilIdle::default()).await;
    assert_eq!(report.unwrap().succeeded, 0);
    let runner = world.runner().start();
    world.diary.wait_ended(1).await;
    runner.shutdown().await;
}

#[tokio::test]
async fn a_queue_runs_no_more_at_once_than_it_was_given() {
    let world = World::new().await;
    for _ in 0..12 {
        world
            .enqueue(&scripted("same", &[Step::Take(30)]), Enqueue::default())
            .await;
    }
    let runner = world.runner().queue("default", 3).start();
    world.diary.wait_ended(12).await;
    runner.shutdown().await;
    assert_eq!(world.diary.most_at_once("same"), 3);
}

#[tokio::test]
async fn a_job_of_an_unknown_type_stays_waiting() {
    let world = World::new().await;
    world.enqueue(&scripted("known", &[]), Enqueue::default()).await;
    world
        .sql("UPDATE jobs SET name = 'written by a newer version'")
        .await;
    world.enqueue(&scripted("known", &[]), Enqueue::default()).await;
    let runner = world.runner().start();
    world.diary.wait_ended(1).await;
    let rows = world.wait_rows(|rows| rows.len() == 1).await;
    runner.shutdown().await;
    assert_eq!((rows[0].state.as_str(), rows[0].attempts), ("waiting", 0));
}
