//! What becomes of a run that fails.

use std::time::Duration;

use echosensei_jobs::{Enqueue, IdleReport, UntilIdle};

use crate::harness::{Impatient, Step, World, scripted};

const IGNORING: UntilIdle = UntilIdle {
    ignore_back_off: true,
};

#[tokio::test]
async fn a_failing_job_backs_off_and_is_a_dead_letter_after_its_last_attempt() {
    let world = World::new().await;
    world
        .enqueue(&scripted("fails", &[Step::Fail]), Enqueue::default())
        .await;

    for (attempt, due_in) in [(1, 50.0..=100.0), (2, 100.0..=200.0)] {
        let report = world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
        assert_eq!(
            report,
            IdleReport {
                retried: 1,
                ..IdleReport::default()
            }
        );
        let row = &world.rows().await[0];
        assert_eq!((row.state.as_str(), row.attempts), ("waiting", attempt));
        // The time since is what the 2 s are for.
        assert!(
            due_in.contains(&row.due_in) || due_in.contains(&(row.due_in + 2.0)),
            "{row:?}"
        );
        world.sql("UPDATE jobs SET run_at = now()").await;
    }

    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    let row = &world.rows().await[0];
    assert_eq!((row.state.as_str(), row.attempts), ("dead", 3));
    assert_eq!(row.last_error.as_deref(), Some("the work failed: the cause"));
    let attempts: Vec<i32> = world.diary.begun().iter().map(|seen| seen.attempt).collect();
    assert_eq!(attempts, [1, 2, 3]);
}

#[tokio::test]
async fn a_job_that_succeeds_in_the_end_leaves_nothing_behind() {
    let world = World::new().await;
    let job = scripted("recovers", &[Step::Fail, Step::Fail, Step::Succeed]);
    world.enqueue(&job, Enqueue::default()).await;
    let report = world.runner().run_until_idle(IGNORING).await.unwrap();
    assert_eq!(
        report,
        IdleReport {
            succeeded: 1,
            retried: 2,
            ..IdleReport::default()
        }
    );
    assert!(world.rows().await.is_empty());
}

#[tokio::test]
async fn a_job_may_name_its_own_delay() {
    let world = World::new().await;
    world
        .enqueue(&scripted("limited", &[Step::FailAfter(5000)]), Enqueue::default())
        .await;
    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    let row = &world.rows().await[0];
    assert!((4900.0..=5000.0).contains(&row.due_in), "{row:?}");
}

#[tokio::test]
async fn a_permanent_failure_is_a_dead_letter_at_once() {
    let world = World::new().await;
    world
        .enqueue(&scripted("hopeless", &[Step::Permanent]), Enqueue::default())
        .await;
    let report = world.runner().run_until_idle(IGNORING).await.unwrap();
    assert_eq!(
        report,
        IdleReport {
            dead: 1,
            ..IdleReport::default()
        }
    );
    assert_eq!(world.rows().await[0].state, "dead");
}

#[tokio::test]
async fn a_payload_that_does_not_parse_is_a_dead_letter_at_once() {
    let world = World::new().await;
    world.enqueue(&scripted("old", &[]), Enqueue::default()).await;
    world.sql("UPDATE jobs SET payload = '{\"no\": \"label\"}'").await;
    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    let row = &world.rows().await[0];
    assert_eq!(row.state, "dead");
    assert!(
        row.last_error.as_ref().unwrap().contains("missing field `label`"),
        "{row:?}"
    );
}

#[tokio::test]
async fn a_snoozed_job_is_not_counted_as_an_attempt() {
    let world = World::new().await;
    let job = scripted(
        "patient",
        &[
            Step::Snooze(20),
            Step::Snooze(20),
            Step::Snooze(20),
            Step::Snooze(20),
            Step::Succeed,
        ],
    );
    world
        .enqueue(
            &job,
            Enqueue {
                max_attempts: Some(1),
                ..Enqueue::default()
            },
        )
        .await;
    let runner = world.runner().start();
    world.diary.wait_ended(5).await;
    world.wait_rows(<[_]>::is_empty).await;
    runner.shutdown().await;
    assert!(world.diary.begun().iter().all(|seen| seen.attempt == 1));
}

#[tokio::test]
async fn a_panic_counts_as_a_failure_and_the_runner_goes_on() {
    let world = World::new().await;
    world
        .enqueue(&scripted("panics", &[Step::Panic]), Enqueue::default())
        .await;
    let runner = world.runner().start();
    let rows = world.wait_rows(|rows| rows[0].last_error.is_some()).await;
    assert_eq!((rows[0].state.as_str(), rows[0].attempts), ("waiting", 1));
    let error = rows[0].last_error.as_deref();
    assert_eq!(error, Some("panicked: the job panicked on purpose"));
    world.enqueue(&scripted("next", &[]), Enqueue::default()).await;
    world.diary.wait_ended(1).await;
    runner.shutdown().await;
}

#[tokio::test]
async fn a_run_past_its_time_out_is_cancelled_and_counts_as_a_failure() {
    let world = World::new().await;
    let job = Impatient(scripted("hangs", &[Step::Take(60_000)]));
    world.enqueue(&job, Enqueue::default()).await;
    let begun = tokio::time::Instant::now();
    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10));
    let row = &world.rows().await[0];
    assert_eq!((row.state.as_str(), row.attempts), ("waiting", 1));
    assert!(
        row.last_error
            .as_ref()
            .unwrap()
            .starts_with("took longer than 0.1 s"),
        "{row:?}"
    );
    assert!(world.diary.ended().is_empty());
}
