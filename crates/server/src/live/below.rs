//! Tells who watches the organizations below his own that something changed there.
//!
//! One channel for each organization from which somebody watches, whatever lies below it. It carries no event, only that
//! there was one: what the watcher may see of it depends on every single organization, so he reads the wall again, at most
//! once a second.

use crate::app::App;
use diesel::QueryableByName;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use moka::sync::Cache;
use shared::OrganizationId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

/// A watcher is told no more often.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);
const REMEMBERED: u64 = 100_000;

/// Cloned freely.
#[derive(Clone)]
pub struct Below(Arc<Inner>);

struct Inner {
    watched: Mutex<HashMap<OrganizationId, watch::Sender<()>>>,
    /// An organization and all above it. Its place is fixed when it is made, so what was read once stays true.
    lineages: Cache<OrganizationId, Arc<[OrganizationId]>>,
}

impl Default for Below {
    fn default() -> Self {
        Self(Arc::new(Inner {
            watched: Mutex::default(),
            lineages: Cache::new(REMEMBERED),
        }))
    }
}

impl Below {
    /// Hears from now on that something changed at or below `organization`.
    pub fn watch(&self, organization: OrganizationId) -> Watching {
        let receiver = self
            .lock()
            .entry(organization)
            .or_insert_with(|| watch::channel(()).0)
            .subscribe();
        Watching {
            receiver,
            organization,
            below: self.clone(),
            quiet_until: Instant::now(),
        }
    }

    /// Whether anybody in this process watches at all.
    pub fn is_watched(&self) -> bool {
        !self.lock().is_empty()
    }

    /// Something changed in `organization`.
    pub async fn changed(&self, app: &App, organization: OrganizationId) {
        if !self.is_watched() {
            return;
        }
        let lineage = match self.0.lineages.get(&organization) {
            Some(known) => known,
            None => match lineage(app, organization).await {
                Ok(found) => {
                    self.0.lineages.insert(organization, found.clone());
                    found
                }
                Err(error) => {
                    tracing::warn!(error = %error, "what lies above an organization could not be read");
                    return self.everywhere();
                }
            },
        };
        let watched = self.lock();
        for above in lineage.iter() {
            if let Some(sender) = watched.get(above) {
                sender.send_replace(());
            }
        }
    }

    /// Something may have been missed.
    pub fn everywhere(&self) {
        for sender in self.lock().values() {
            sender.send_replace(());
        }
    }

    /// The map stays whole if a holder of the lock panics: every change to it is one call.
    fn lock(&self) -> MutexGuard<'_, HashMap<OrganizationId, watch::Sender<()>>> {
        self.0.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn lineage(app: &App, organization: OrganizationId) -> Result<Arc<[OrganizationId]>, db::Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        ancestor_id: Uuid,
    }
    let mut conn = app.db.connection().await?;
    let rows: Vec<Row> =
        diesel::sql_query("SELECT ancestor_id FROM organization_closure WHERE descendant_id = $1")
            .bind::<SqlUuid, _>(organization.0)
            .load(&mut conn)
            .await?;
    Ok(rows.into_iter().map(|row| row.ancestor_id.into()).collect())
}

/// A place from which somebody watches; the channel goes with its last one.
pub struct Watching {
    receiver: watch::Receiver<()>,
    organization: OrganizationId,
    below: Below,
    quiet_until: Instant,
}

impl Watching {
    /// Something changed; however much it was in the last second is told once. May be raced in a `select!`.
    pub async fn next(&mut self) {
        sleep_until(self.quiet_until).await;
        if self.receiver.changed().await.is_err() {
            // Can not be: the sender goes with the last receiver.
            std::future::pending::<()>().await;
        }
        self.quiet_until = Instant::now() + AT_MOST_EVERY;
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut watched = self.below.lock();
        // This one still counts.
        if watched
            .get(&self.organization)
            .is_some_and(|sender| sender.receiver_count() <= 1)
        {
            watched.remove(&self.organization);
        }
    }
}
