//! Why a run did not finish, and what can fail in the queue itself.

use std::{fmt, time::Duration};

/// How a run that did not succeed goes on.
///
/// It does not implement [`std::error::Error`], so that `?` can turn every
/// other error into [`JobError::Retry`] (as `anyhow::Error` does).
#[derive(Debug)]
pub enum JobError {
    /// Try again later; a dead letter once the attempts are used up.
    Retry {
        /// Kept as the job's `last_error`, with its causes.
        source: anyhow::Error,
        /// Earliest next run; the runner's back-off when `None`. For a
        /// provider's `Retry-After`.
        after: Option<Duration>,
    },
    /// No retry can help: a dead letter at once.
    Permanent(anyhow::Error),
    /// Not an error: look again after this time. Not counted as an attempt.
    Snooze(Duration),
}

impl JobError {
    /// A failure to be retried no earlier than `after`.
    pub fn retry_after(source: impl Into<anyhow::Error>, after: Duration) -> Self {
        Self::Retry {
            source: source.into(),
            after: Some(after),
        }
    }

    /// A failure that no retry can help.
    pub fn permanent(source: impl Into<anyhow::Error>) -> Self {
        Self::Permanent(source.into())
    }
}

impl<E: Into<anyhow::Error>> From<E> for JobError {
    fn from(source: E) -> Self {
        Self::Retry {
            source: source.into(),
            after: None,
        }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry { source, .. } | Self::Permanent(source) => write!(f, "{source:#}"),
            Self::Snooze(pause) => write!(f, "not yet, again in {} s", pause.as_secs_f32()),
        }
    }
}

/// A job could not be queued; the caller's transaction should be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum EnqueueError {
    /// The job does not serialize to JSON.
    #[error("a job's payload does not serialize")]
    Payload(#[from] serde_json::Error),
    /// The database refused.
    #[error("a job could not be queued")]
    Database(#[from] diesel::result::Error),
}

/// The queue's table could not be reached.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// No connection could be had from the pool.
    #[error("no database connection for the job queue")]
    Pool(#[from] diesel_async::pooled_connection::deadpool::PoolError),
    /// A connection outside the pool could not be opened.
    #[error("no database connection for the job queue")]
    Connect(#[from] diesel_async::pooled_connection::PoolError),
    /// A statement failed.
    #[error("the job queue's statement failed")]
    Database(#[from] diesel::result::Error),
}
