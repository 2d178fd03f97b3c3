//! The table's migration.

use crate::harness::{UP, World};

#[tokio::test]
async fn the_migration_can_be_undone_and_done_again() {
    let down = include_str!("../../../../migrations/20261122000100_create_jobs/down.sql");
    let world = World::new().await;
    let url = world.database.owner_url();
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(down).await.unwrap();
    client.batch_execute(UP).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}
