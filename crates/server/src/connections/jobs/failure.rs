//! What a job does after the provider failed.

use crate::app::App;
use crate::connections::{ConnectionHandle, record_health};
use elevenlabs::Error;
use jobs::JobError;

/// Notes the failure on the connection and says when to try again: after the provider's own figure where it named one.
pub async fn failed(app: &App, connection: &ConnectionHandle, error: Error) -> JobError {
    if let Err(storing) = record_health(app, connection, Err(&error)).await {
        tracing::warn!(connection.id = %connection.id, error = %storing, "health could not be stored");
    }
    match error {
        Error::RateLimited {
            retry_after: Some(wait),
            ..
        } => JobError::retry_after(error, wait),
        error => error.into(),
    }
}
