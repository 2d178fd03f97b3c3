//! Wake-up by NOTIFY, on a connection of its own that is reopened when lost.

use std::{convert::Infallible, pin::pin, time::Duration};

use deadpool::managed::Manager;
use diesel::sql_query;
use diesel_async::RunQueryDsl;
use futures::StreamExt;

use crate::{Pool, QueueError, Waker};

/// A connection that lies dead behind a firewall shows only when spoken to.
const PING_AFTER: Duration = Duration::from_secs(30);
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// Listens for ever; polling covers the time without a connection.
pub(crate) async fn run(pool: Pool, waker: Waker) {
    loop {
        let Err(error) = listen(&pool, &waker).await;
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "The job queue's listening connection is lost, polling meanwhile"
        );
        tokio::time::sleep(RECONNECT_AFTER).await;
    }
}

async fn listen(pool: &Pool, waker: &Waker) -> Result<Infallible, QueueError> {
    // The pool's manager knows address and TLS; the connection is not the pool's.
    let mut conn = pool.manager().create().await?;
    sql_query("LISTEN jobs").execute(&mut conn).await?;
    // What was notified before we listened is found by looking once.
    waker.wake_all();
    loop {
        let next = {
            let mut notifications = pin!(conn.notifications_stream());
            tokio::time::timeout(PING_AFTER, notifications.next()).await
        };
        match next {
            Ok(Some(notification)) => waker.wake(&notification?.payload),
            // Ended stream or silence: an ended one fails the ping.
            Ok(None) | Err(_) => {
                sql_query("SELECT 1").execute(&mut conn).await?;
            }
        }
    }
}
