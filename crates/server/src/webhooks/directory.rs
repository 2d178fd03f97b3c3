//! Which connection a delivery is for and with what secret it is signed, remembered for a few seconds.

use crate::app::App;
use crate::connections::handle;
use moka::future::Cache;
use secrecy::SecretString;
use shared::{ConnectionId, OrganizationId};
use std::sync::Arc;
use std::time::Duration;

/// Another process may have changed the secret; a provider's second try comes later than this.
const TTL: Duration = Duration::from_secs(5);
/// Ids that somebody makes up must not fill the memory.
const MOST: u64 = 10_000;

/// What is known of a connection.
pub struct Entry {
    pub organization: OrganizationId,
    /// `None`: none is stored yet, or it can not be opened any more.
    pub secret: Option<SecretString>,
}

/// Entries by connection, unknown ones included.
#[derive(Clone)]
pub struct Directory(Cache<ConnectionId, Option<Arc<Entry>>>);

impl Default for Directory {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(TTL).build())
    }
}

impl Directory {
    /// # Errors
    /// The database's own; it is shared by all who wait for the same entry.
    pub async fn find(&self, app: &App, id: ConnectionId) -> Result<Option<Arc<Entry>>, Arc<db::Error>> {
        self.0.try_get_with(id, look_up(app, id)).await
    }

    /// Lets the next delivery see what was just changed.
    pub async fn forget(&self, id: ConnectionId) {
        self.0.invalidate(&id).await;
    }
}

async fn look_up(app: &App, id: ConnectionId) -> Result<Option<Arc<Entry>>, db::Error> {
    let Some(entry) = handle::directory(app, id).await? else {
        return Ok(None);
    };
    let secret = entry
        .webhook_secret_sealed
        .and_then(|sealed| match app.sealer.open(&sealed, id.0) {
            Ok(secret) => Some(secret),
            Err(error) => {
                tracing::error!(connection.id = %id, %error, "a webhook secret can not be opened");
                None
            }
        });
    Ok(Some(Arc::new(Entry {
        organization: OrganizationId(entry.organization_id),
        secret,
    })))
}
