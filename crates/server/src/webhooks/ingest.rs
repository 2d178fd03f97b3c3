//! Many deliveries, few commits.
//!
//! Each commit waits for the disk. Deliveries that arrive while one is under way gather here and go together in the
//! next: under load there are few large commits, and alone a delivery waits for nobody. What was sent is sealed before.

use super::directory::Directory;
use super::payload;
use super::process::ProcessWebhook;
use crate::seal::Sealer;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use db::Db;
use db::partitions::Partitioned;
use diesel_async::RunQueryDsl;
use jobs::BackgroundJob;
use shared::{ConnectionId, OrganizationId};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use uuid::Uuid;

/// Commits under way at the same time: while one waits for the disk the other gathers. More of them make smaller commits.
const WRITERS: usize = 2;
/// Deliveries waiting; beyond it senders wait in their own requests.
const QUEUE: usize = 2_000;
/// A commit takes at most so many deliveries, …
const MOST: usize = 256;
/// … and stops gathering at so many bytes.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Workers are woken at most so often.
const WAKE_EVERY: Duration = Duration::from_millis(20);
/// How soon the waking task sees that the writers are gone.
const LOOK_UP: Duration = Duration::from_secs(10);

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

/// As it goes into the table.
struct Ready {
    id: Uuid,
    connection: ConnectionId,
    organization: OrganizationId,
    event_type: String,
    /// SHA-256 of the body as sent: under it a repeated delivery is known.
    key: Vec<u8>,
    sealed: Vec<u8>,
}

type Waiting = (Ready, oneshot::Sender<Result<(), NotStored>>);

/// Takes deliveries; cheap to clone.
#[derive(Clone)]
pub struct Ingest {
    queue: mpsc::Sender<Waiting>,
    sealer: Sealer,
    pub(super) directory: Directory,
}

impl Ingest {
    /// Starts the writers on the current runtime; they end with the last clone.
    pub fn new(db: Db, sealer: Sealer) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        let stored = Arc::new(Notify::new());
        for _ in 0..WRITERS {
            tokio::spawn(write(db.clone(), Arc::clone(&waiting), Arc::clone(&stored)));
        }
        tokio::spawn(wake_workers(db, Arc::downgrade(&stored)));
        Self {
            queue,
            sealer,
            directory: Directory::default(),
        }
    }

    /// Returns once the delivery is durable. One that was stored before is durable already.
    ///
    /// # Errors
    /// [`NotStored`] when the database refused or the process is stopping.
    pub async fn store(&self, delivery: Delivery) -> Result<(), NotStored> {
        let ready = self.ready(delivery).await?;
        let (reply, stored) = oneshot::channel();
        self.queue
            .send((ready, reply))
            .await
            .map_err(|_closed| NotStored)?;
        stored.await.map_err(|_dropped| NotStored)?
    }

    /// Sealed by whoever brings it: the writers have better things to do.
    async fn ready(&self, delivery: Delivery) -> Result<Ready, NotStored> {
        let id = Uuid::now_v7();
        let (key, sealed) = payload::seal(&self.sealer, delivery.body, id)
            .await
            .inspect_err(|error| tracing::error!(%error, "a delivery could not be sealed"))
            .map_err(|_logged| NotStored)?;
        Ok(Ready {
            id,
            connection: delivery.connection,
            organization: delivery.organization,
            event_type: delivery.event_type,
            key,
            sealed,
        })
    }

    /// Lets the next delivery see a secret that was just changed.
    pub async fn forget(&self, connection: ConnectionId) {
        self.directory.forget(connection).await;
    }
}

async fn write(db: Db, waiting: Arc<Mutex<mpsc::Receiver<Waiting>>>, stored: Arc<Notify>) {
    loop {
        let mut batch = Vec::new();
        {
            let mut waiting = waiting.lock().await;
            let Some(first) = waiting.recv().await else { return };
            let mut bytes = first.0.sealed.len();
            batch.push(first);
            while batch.len() < MOST && bytes < MOST_BYTES {
                match waiting.try_recv() {
                    Ok(next) => {
                        bytes += next.0.sealed.len();
                        batch.push(next);
                    }
                    Err(_none_or_closed) => break,
                }
            }
        }
        commit(&db, batch).await;
        stored.notify_one();
    }
}

/// Tells the workers of every process that there is something to do: once for all commits of the last moment. A notice that
/// is lost costs a second: workers also look by themselves.
async fn wake_workers(db: Db, stored: Weak<Notify>) {
    // Ends with the writers.
    while let Some(stored) = stored.upgrade() {
        if tokio::time::timeout(LOOK_UP, stored.notified()).await.is_err() {
            continue;
        }
        let told = match db.connection().await {
            Ok(mut conn) => jobs::notify(&mut conn, ProcessWebhook::QUEUE)
                .await
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = told {
            tracing::debug!(error, "workers could not be woken; they look by themselves");
        }
        tokio::time::sleep(WAKE_EVERY).await;
    }
}

async fn commit(db: &Db, batch: Vec<Waiting>) {
    let (deliveries, replies): (Vec<Ready>, Vec<_>) = batch.into_iter().unzip();
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

#[expect(
    clippy::too_many_arguments,
    reason = "columns of the deliveries, one array each"
)]
mod sql {
    use diesel::sql_types::{Array, Bytea, Integer, Text, Timestamptz, Uuid as SqlUuid};

    diesel::define_sql_function! {
        /// Of the migrations: receipt, inbox row and job for each delivery that is new, in one commit.
        fn ingest_webhooks(
            inbox_ids: Array<SqlUuid>,
            connections: Array<SqlUuid>,
            organizations: Array<SqlUuid>,
            event_keys: Array<Bytea>,
            event_types: Array<Text>,
            bodies: Array<Bytea>,
            at_time: Timestamptz,
            job_name: Text,
            job_queue: Text,
            job_attempts: Integer,
        ) -> BigInt;
    }
}

async fn insert(db: &Db, deliveries: &[Ready]) -> Result<(), db::Error> {
    let now: DateTime<Utc> = Utc::now();
    db.ensure_month(&[Partitioned::WebhookInbox], now).await?;
    let mut conn = db.connection().await?;
    let of = |deliveries: &[Ready], id: fn(&Ready) -> Uuid| deliveries.iter().map(id).collect::<Vec<_>>();
    let call = sql::ingest_webhooks(
        of(deliveries, |delivery| delivery.id),
        of(deliveries, |delivery| delivery.connection.0),
        of(deliveries, |delivery| delivery.organization.0),
        deliveries
            .iter()
            .map(|delivery| delivery.key.as_slice())
            .collect::<Vec<&[u8]>>(),
        deliveries
            .iter()
            .map(|delivery| delivery.event_type.as_str())
            .collect::<Vec<_>>(),
        deliveries
            .iter()
            .map(|delivery| delivery.sealed.as_slice())
            .collect::<Vec<&[u8]>>(),
        now,
        ProcessWebhook::NAME,
        ProcessWebhook::QUEUE,
        ProcessWebhook::MAX_ATTEMPTS,
    );
    diesel::select(call).get_result::<i64>(&mut conn).await?;
    Ok(())
}
