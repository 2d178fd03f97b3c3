//! Erasing the sound of calls that are gone.

use crate::app::App;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::OrganizationId;
use storage::StorageKey;

/// Keys per job, so that a payload stays small.
const AT_ONCE: usize = 500;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EraseRecordings {
    /// Storage keys, made of ids only.
    pub keys: Vec<String>,
}

impl EraseRecordings {
    /// Queues the erasing in the transaction that forgets the calls.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue_all(
        conn: &mut db::Conn,
        organization: OrganizationId,
        keys: &[String],
    ) -> Result<(), EnqueueError> {
        for part in keys.chunks(AT_ONCE) {
            let options = Enqueue {
                organization_id: Some(organization.0),
                ..Enqueue::default()
            };
            jobs::enqueue(conn, &Self { keys: part.to_vec() }, options).await?;
        }
        Ok(())
    }
}

impl BackgroundJob for EraseRecordings {
    const NAME: &'static str = "erase_recordings";
    type Context = App;

    async fn run(&self, app: App, _meta: JobMeta) -> Result<(), JobError> {
        for key in &self.keys {
            let key = StorageKey::new(key.as_str()).map_err(JobError::permanent)?;
            app.storage.delete(&key).await?;
        }
        Ok(())
    }
}
