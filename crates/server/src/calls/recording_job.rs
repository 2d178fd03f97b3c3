//! Fetching the sound of a call in the background, again and again where that can help.

use crate::app::App;
use crate::calls::recording::fetch::{self, FetchError, Found, Wanted};
use crate::calls::recording::state;
use crate::calls::store::KnownCall;
use db::schema::calls::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::call::RecordingState;
use shared::{CallId, OrganizationId};
use std::time::Duration;

/// First wait for a sound that the provider has announced but not made yet; doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(3);
/// Tries before "announced, but not there" is believed: a good half hour.
const NOT_THERE_TRIES: i32 = 9;
/// Tries before a sound that is shorter than its call is taken for all there is.
const SHORT_TRIES: i32 = 4;
/// As the call shows it.
pub const NOT_THERE: &str = "ElevenLabs has no recording of this call";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordingJob {
    pub organization_id: OrganizationId,
    pub call_id: CallId,
}

impl RecordingJob {
    /// Queues it once per call. Woken by polling: a sync queues thousands.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.call_id.to_string()),
            organization_id: Some(self.organization_id.0),
            wake: jobs::Wake::Poll,
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

impl BackgroundJob for RecordingJob {
    const NAME: &'static str = "fetch_recording";
    const QUEUE: &'static str = "recordings";
    const MAX_ATTEMPTS: i32 = 12;
    const TIMEOUT: Duration = Duration::from_secs(600);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        // The agent may have been given to another organization with its calls since this was queued.
        let Some(wanted) = fetch::wanted(&app, self.call_id).await? else {
            return Ok(());
        };
        if wanted.state == RecordingState::Available {
            return Ok(());
        }
        let found = fetch::look(&app, &wanted).await;
        match again(&found, &meta) {
            Some(error) => Err(error),
            None => Ok(settle(&app, &wanted, found).await?),
        }
    }
}

/// Why to look again, where that may help.
fn again(found: &Result<Found, FetchError>, meta: &JobMeta) -> Option<JobError> {
    let (reason, tries) = match found {
        Ok(Found::NotThere) => (NOT_THERE.to_owned(), NOT_THERE_TRIES),
        Ok(Found::Kept(Some(reason))) => (reason.clone(), SHORT_TRIES),
        Err(error) => {
            let error = anyhow::anyhow!("{}: {error}", error.reason());
            return (!meta.is_last_attempt()).then(|| error.into());
        }
        Ok(_) => return None,
    };
    let doublings = u32::try_from(meta.attempt - 1).unwrap_or(0).min(10);
    (meta.attempt < tries)
        .then(|| JobError::retry_after(anyhow::anyhow!(reason), FIRST_WAIT * (1 << doublings)))
}

/// Writes down what came of the last look.
///
/// # Errors
/// The database's own.
pub async fn settle(app: &App, wanted: &Wanted, found: Result<Found, FetchError>) -> Result<(), db::Error> {
    let (state, reason) = match found {
        Ok(Found::Kept(_) | Found::Nothing) => return Ok(()),
        Ok(Found::NotThere) => (RecordingState::Unavailable, NOT_THERE.to_owned()),
        Ok(Found::NoSound(reason)) => (
            RecordingState::Failed,
            format!("what ElevenLabs sent is no recording: {reason}"),
        ),
        Err(error) => {
            tracing::warn!(call.id = %wanted.key.id, error = %error, "a recording could not be fetched");
            (RecordingState::Failed, error.reason())
        }
    };
    state::settle(app, wanted.key, state, &reason).await
}

/// State of a call's sound; `None` when the call is gone.
///
/// # Errors
/// The database's own.
pub async fn state(app: &App, call: &KnownCall) -> Result<Option<RecordingState>, db::Error> {
    let key = (call.organization.0, call.started_at, call.id.0);
    let text = app
        .db
        .tenant::<_, db::Error, _>(call.organization, async move |conn| {
            Ok(dsl::calls
                .find(key)
                .select(dsl::recording)
                .first::<String>(conn)
                .await
                .optional()?)
        })
        .await?;
    Ok(text.and_then(|text| RecordingState::parse(&text)))
}
