//! What a job is: its name, its limits and what it does.

use std::{future::Future, time::Duration};

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::JobError;

/// A piece of work that survives a restart.
///
/// The value itself is the payload (stored as JSON): keep ids in it, not
/// content. A job runs *at least* once: after a crash in the middle it runs
/// again, so `run` must be safe to repeat.
pub trait BackgroundJob: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stored with each job; renaming it orphans what is queued.
    const NAME: &'static str;
    /// Which queue it waits in; queues have their own concurrency.
    const QUEUE: &'static str = "default";
    /// Higher runs first within a queue.
    const PRIORITY: i16 = 0;
    /// Runs before the job becomes a dead letter, the first one included.
    const MAX_ATTEMPTS: i32 = 10;
    /// A run that takes longer is cancelled and counts as failed.
    const TIMEOUT: Duration = Duration::from_secs(300);

    /// What the runner hands to each run (pools, clients, configuration).
    type Context: Clone + Send + Sync + 'static;

    /// Does the work. `?` turns any error into [`JobError::Retry`].
    fn run(&self, context: Self::Context, meta: JobMeta)
    -> impl Future<Output = Result<(), JobError>> + Send;
}

/// What a run may know about itself.
#[derive(Debug, Clone)]
pub struct JobMeta {
    /// The row's id, the same in every attempt: good for idempotency keys.
    pub id: i64,
    /// 1 for the first run.
    pub attempt: i32,
    /// The attempt after which the job becomes a dead letter.
    pub max_attempts: i32,
    /// The queue it was claimed from.
    pub queue: String,
    /// The label given when it was queued.
    pub organization_id: Option<Uuid>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// Cancelled when the runner is asked to stop: a long job may save its
    /// place and return [`JobError::Snooze`] instead of being cut off.
    pub shutdown: CancellationToken,
}

impl JobMeta {
    /// Whether a failure of this run makes the job a dead letter.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}
