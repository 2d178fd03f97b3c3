//! Fetching a sound at the moment at which somebody wants to hear it.

use super::fetch::{self, Found};
use crate::app::App;
use crate::calls::recording_job::{RecordingJob, settle};
use crate::error::ApiError;
use moka::future::Cache;
use shared::CallId;
use shared::call::RecordingState;
use std::time::Duration;

/// How long somebody waits before he is told to try again; the fetching goes on.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sounds that are being fetched by this process: whoever asks for the same one waits for the same fetching.
#[derive(Clone)]
pub struct Flights(Cache<CallId, ()>);

impl Default for Flights {
    fn default() -> Self {
        // Only those that ask together share; who asks later looks again.
        let just_now = Duration::from_secs(1);
        Self(
            Cache::builder()
                .max_capacity(1_000)
                .time_to_live(just_now)
                .build(),
        )
    }
}

/// Looks for a sound that is not kept. Afterwards the call says what came of it.
///
/// # Errors
/// The database's own.
pub async fn fetch(app: &App, call: CallId) -> Result<(), ApiError> {
    let (flights, task) = (app.flights.clone(), app.clone());
    let work = async move { flights.0.try_get_with(call, fly(task, call)).await };
    // Of its own: a listener who goes away ends nothing, and the next one finds it done.
    match tokio::time::timeout(PATIENCE, tokio::spawn(work)).await {
        // The call still says that it is being fetched.
        Err(_late) => Ok(()),
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(error))) => Err(ApiError::internal(error)),
        Ok(Err(error)) => Err(ApiError::internal(error)),
    }
}

async fn fly(app: App, call: CallId) -> Result<(), db::Error> {
    let Some(wanted) = fetch::wanted(&app, call).await? else {
        return Ok(());
    };
    if wanted.state == RecordingState::Available {
        return Ok(());
    }
    let found = fetch::look(&app, &wanted).await;
    let later = matches!(found, Ok(Found::NotThere) | Err(_));
    if later && wanted.state == RecordingState::Pending {
        // It may come yet: the worker looks again and has the last word.
        let mut conn = app.db.connection().await?;
        let job = RecordingJob {
            organization_id: wanted.key.organization,
            call_id: call,
        };
        if let Err(error) = job.queue(&mut conn).await {
            tracing::warn!(call.id = %call, %error, "a recording was not queued");
        }
        return Ok(());
    }
    settle(&app, &wanted, found).await?;
    Ok(())
}
