//! Many deliveries, few commits.
//!
//! Each commit waits for the disk. Deliveries that arrive while one is under way gather here and go together in the
//! next: under load there are few large commits, and alone a delivery waits for nobody.

use super::directory::Directory;
use super::process::ProcessWebhook;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use db::Db;
use db::partitions::Partitioned;
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bytea, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jobs::BackgroundJob;
use sha2::{Digest, Sha256};
use shared::{ConnectionId, OrganizationId};
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};
use uuid::Uuid;

/// Commits under way at the same time: while one waits for the disk the other gathers.
const WRITERS: usize = 2;
/// Deliveries waiting; beyond it senders wait in their own requests.
const QUEUE: usize = 2_000;
/// A commit takes at most so many deliveries, …
const MOST: usize = 256;
/// … and stops gathering at so many bytes.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A delivery whose signature is good.
pub struct Delivery {
    pub connection: ConnectionId,
    pub organization: OrganizationId,
    pub event_type: String,
    pub body: Bytes,
}

/// Why a delivery is not stored; the provider is told to come again.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the delivery could not be stored")]
pub struct NotStored;

type Waiting = (Delivery, oneshot::Sender<Result<(), NotStored>>);

/// Takes deliveries; cheap to clone.
#[derive(Clone)]
pub struct Ingest {
    queue: mpsc::Sender<Waiting>,
    pub(super) directory: Directory,
}

impl Ingest {
    /// Starts the writers on the current runtime; they end with the last clone.
    pub fn new(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..WRITERS {
            tokio::spawn(write(db.clone(), Arc::clone(&waiting)));
        }
        Self {
            queue,
            directory: Directory::default(),
        }
    }

    /// Returns once the delivery is durable. One that was stored before is durable already.
    ///
    /// # Errors
    /// [`NotStored`] when the database refused or the process is stopping.
    pub async fn store(&self, delivery: Delivery) -> Result<(), NotStored> {
        let (reply, stored) = oneshot::channel();
        self.queue
            .send((delivery, reply))
            .await
            .map_err(|_closed| NotStored)?;
        stored.await.map_err(|_dropped| NotStored)?
    }

    /// Lets the next delivery see a secret that was just changed.
    pub async fn forget(&self, connection: ConnectionId) {
        self.directory.forget(connection).await;
    }
}

async fn write(db: Db, waiting: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    loop {
        let mut batch = Vec::new();
        {
            let mut waiting = waiting.lock().await;
            let Some(first) = waiting.recv().await else { return };
            let mut bytes = first.0.body.len();
            batch.push(first);
            while batch.len() < MOST && bytes < MOST_BYTES {
                match waiting.try_recv() {
                    Ok(next) => {
                        bytes += next.0.body.len();
                        batch.push(next);
                    }
                    Err(_none_or_closed) => break,
                }
            }
        }
        commit(&db, batch).await;
    }
}

async fn commit(db: &Db, batch: Vec<Waiting>) {
    let (deliveries, replies): (Vec<Delivery>, Vec<_>) = batch.into_iter().unzip();
    let stored = insert(db, &deliveries).await;
    if let Err(error) = &stored {
        tracing::warn!(%error, webhook.count = deliveries.len(), "deliveries could not be stored together");
    }
    for (delivery, reply) in deliveries.iter().zip(replies) {
        let outcome = match &stored {
            Ok(()) => Ok(()),
            // One that can not be stored (its connection was removed meanwhile) must not refuse the others.
            Err(_) if deliveries.len() > 1 => insert(db, std::slice::from_ref(delivery))
                .await
                .map_err(|_logged| NotStored),
            Err(_) => Err(NotStored),
        };
        // A sender that hung up learns nothing and comes again; the delivery is known then.
        let _ = reply.send(outcome);
    }
}

async fn insert(db: &Db, deliveries: &[Delivery]) -> Result<(), db::Error> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        #[expect(dead_code, reason = "the statement must return something to be loaded")]
        fresh: i64,
    }
    let now: DateTime<Utc> = Utc::now();
    db.ensure_month(&[Partitioned::WebhookInbox], now).await?;
    let mut conn = db.connection().await?;
    let keys: Vec<Vec<u8>> = deliveries
        .iter()
        .map(|delivery| Sha256::digest(&delivery.body).to_vec())
        .collect();
    diesel::sql_query("SELECT ingest_webhooks($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS fresh")
        .bind::<Array<SqlUuid>, _>(deliveries.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(
            deliveries
                .iter()
                .map(|delivery| delivery.connection.0)
                .collect::<Vec<_>>(),
        )
        .bind::<Array<SqlUuid>, _>(
            deliveries
                .iter()
                .map(|delivery| delivery.organization.0)
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Bytea>, _>(keys)
        .bind::<Array<Text>, _>(
            deliveries
                .iter()
                .map(|delivery| delivery.event_type.as_str())
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Bytea>, _>(
            deliveries
                .iter()
                .map(|delivery| delivery.body.as_ref())
                .collect::<Vec<_>>(),
        )
        .bind::<Timestamptz, _>(now)
        .bind::<Text, _>(ProcessWebhook::NAME)
        .bind::<Text, _>(ProcessWebhook::QUEUE)
        .bind::<Integer, _>(ProcessWebhook::MAX_ATTEMPTS)
        .get_result::<Count>(&mut conn)
        .await?;
    Ok(())
}
