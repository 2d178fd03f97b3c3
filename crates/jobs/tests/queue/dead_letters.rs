//! What an operator sees and does.

use echosensei_jobs::{Enqueue, Replayed, UntilIdle, counts, dead_letters, discard, replay};
use uuid::Uuid;

use crate::harness::{Step, World, scripted, unique};

const PERMANENT_ONCE: [Step; 2] = [Step::Permanent, Step::Succeed];

#[tokio::test]
async fn a_replayed_dead_letter_runs_again_with_all_its_attempts() {
    let world = World::new().await;
    let id = world
        .enqueue(&scripted("again", &PERMANENT_ONCE), Enqueue::default())
        .await
        .unwrap();
    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    let mut conn = world.conn().await;
    let nothing = Replayed::default();
    assert_eq!(replay(&mut conn, &[id + 1]).await.unwrap(), nothing);
    assert_eq!(replay(&mut conn, &[]).await.unwrap(), nothing);
    let queued = Replayed {
        queued: 1,
        already_waiting: 0,
    };
    assert_eq!(replay(&mut conn, &[id, id + 1]).await.unwrap(), queued);
    assert_eq!(replay(&mut conn, &[id]).await.unwrap(), nothing);
    let report = world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    assert_eq!(report.succeeded, 1);
    assert_eq!(world.diary.begun()[1].attempt, 1);
    assert!(world.rows().await.is_empty());
}

#[tokio::test]
async fn a_dead_letter_is_not_replayed_beside_a_waiting_job_of_its_key() {
    let world = World::new().await;
    let job = scripted("sync", &PERMANENT_ONCE);
    let id = world.enqueue(&job, unique("a")).await.unwrap();
    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    assert!(
        world.enqueue(&job, unique("a")).await.is_some(),
        "a dead letter blocks no key"
    );
    let mut conn = world.conn().await;
    let waits = Replayed {
        queued: 0,
        already_waiting: 1,
    };
    assert_eq!(replay(&mut conn, &[id]).await.unwrap(), waits);
    assert_eq!(discard(&mut conn, &[id]).await.unwrap(), 1);
    assert_eq!(discard(&mut conn, &[id]).await.unwrap(), 0);
    assert_eq!(world.rows().await.len(), 1);
}

#[tokio::test]
async fn of_dead_letters_with_one_key_the_newest_is_replayed_and_those_without_all_are() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for options in [unique("a"), unique("a"), Enqueue::default(), Enqueue::default()] {
        ids.extend(
            world
                .enqueue(&scripted(&format!("many{}", ids.len()), &PERMANENT_ONCE), options)
                .await,
        );
        world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    }
    assert_eq!(ids.len(), 4);
    let mut conn = world.conn().await;
    let done = Replayed {
        queued: 3,
        already_waiting: 1,
    };
    assert_eq!(replay(&mut conn, &ids).await.unwrap(), done);
    let left = dead_letters(&mut conn, 10, None).await.unwrap();
    assert_eq!(left.iter().map(|letter| letter.id).collect::<Vec<_>>(), ids[..1]);
}

#[tokio::test]
async fn dead_letters_are_listed_newest_first_in_pages() {
    let world = World::new().await;
    let organization = Uuid::new_v4();
    let mut ids = Vec::new();
    for n in 0..5 {
        let options = Enqueue {
            organization_id: Some(organization),
            ..Enqueue::default()
        };
        ids.extend(
            world
                .enqueue(&scripted(&n.to_string(), &[Step::Permanent]), options)
                .await,
        );
    }
    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    let mut conn = world.conn().await;
    let mut seen = Vec::new();
    loop {
        let page = dead_letters(&mut conn, 2, seen.last().copied()).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(
            page.iter()
                .all(|letter| letter.organization_id == Some(organization)
                    && letter.name == "scripted"
                    && letter.last_error.as_deref() == Some("it cannot be done"))
        );
        seen.extend(page.iter().map(|letter| letter.id));
    }
    ids.reverse();
    assert_eq!(seen, ids);
}

#[tokio::test]
async fn counts_tell_due_scheduled_and_dead_apart() {
    let world = World::new().await;
    world
        .enqueue(&scripted("dead", &[Step::Permanent]), Enqueue::default())
        .await;
    world.runner().run_until_idle(UntilIdle::default()).await.unwrap();
    let later = Some(chrono::Utc::now() + chrono::TimeDelta::hours(1));
    world
        .enqueue(
            &scripted("later", &[]),
            Enqueue {
                run_at: later,
                ..Enqueue::default()
            },
        )
        .await;
    world.enqueue(&scripted("due", &[]), Enqueue::default()).await;
    let counts = counts(&mut *world.conn().await).await.unwrap();
    assert_eq!(counts.len(), 1);
    let queue = &counts[0];
    assert_eq!(
        (queue.waiting, queue.due, queue.running, queue.dead),
        (2, 1, 0, 1)
    );
    assert!(queue.oldest_due.is_some());
}
