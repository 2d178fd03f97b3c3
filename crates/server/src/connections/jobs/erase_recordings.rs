//! Erasing the sound of calls that are gone.

use crate::app::App;
use crate::calls::recording::key::other;
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
            // Under both names: a process that was killed while it replaced a sound may have left the other one.
            for name in [key.clone(), other(key)] {
                let key = StorageKey::new(name).map_err(JobError::permanent)?;
                app.storage.delete_everywhere(&key).await?;
            }
        }
        Ok(())
    }
}
