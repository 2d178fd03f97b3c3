//! A job and the change that needs it, both or neither.

use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use echosensei_jobs::{Enqueue, EnqueueError, enqueue};

use crate::harness::{World, scripted};

#[tokio::test]
async fn a_rolled_back_transaction_leaves_no_job() {
    let world = World::new().await;
    let mut conn = world.conn().await;
    let result = AsyncPgConnection::transaction(&mut conn, async |conn| {
        let id = enqueue(conn, &scripted("undone", &[]), Enqueue::default()).await?;
        assert!(id.is_some());
        Err::<(), EnqueueError>(diesel::result::Error::RollbackTransaction.into())
    })
    .await;
    assert!(result.is_err());
    assert!(world.rows().await.is_empty());
}

#[tokio::test]
async fn a_job_is_not_seen_before_its_transaction_commits() {
    let world = World::new().await;
    let runner = world.runner().start();
    let mut conn = world.conn().await;
    let diary = world.diary.clone();
    AsyncPgConnection::transaction(&mut conn, async |conn| {
        enqueue(conn, &scripted("committed", &[]), Enqueue::default()).await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(diary.begun().is_empty());
        Ok::<(), EnqueueError>(())
    })
    .await
    .unwrap();
    world.diary.wait_ended(1).await;
    runner.shutdown().await;
}
