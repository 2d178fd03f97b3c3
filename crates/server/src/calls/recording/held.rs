//! A kept sound, or why there is none.

use super::key::CallKey;
use super::{on_demand, state};
use crate::app::App;
use crate::calls::kept_sound;
use crate::error::{ApiError, ApiResult};
use chrono::{DateTime, Utc};
use db::Scope;
use db::schema::{calls, recordings};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::call::{CallStatus, RecordingState};
use shared::{CallId, ErrorCode};
use std::sync::Arc;
use storage::{Provider, Storage, StorageKey};

pub struct Held {
    pub call: CallKey,
    pub key: StorageKey,
    location: String,
    /// Of the body; makes the ETag, which then survives a switch to another store.
    pub sha256: Option<Vec<u8>>,
    stored_at: DateTime<Utc>,
}

impl Held {
    /// The store in which it lies.
    ///
    /// # Errors
    /// When that is not set up any more.
    pub fn store(&self, app: &App) -> ApiResult<Arc<dyn Storage>> {
        let store = Provider::parse(&self.location).and_then(|provider| app.storage.at(provider));
        store.cloned().ok_or_else(|| {
            tracing::error!(call.id = %self.call.id, storage = %self.location, "a recording lies in a store that is not set up");
            ApiError::because(
                ErrorCode::RecordingUnavailable,
                "The recording lies in a store that this server is not set up for. Whoever runs it must add its settings.",
            )
        })
    }
}

#[derive(Queryable)]
struct Row {
    state: String,
    reason: Option<String>,
    status: String,
    organization: uuid::Uuid,
    started_at: DateTime<Utc>,
    kept: Option<Kept>,
}

/// Key, store, digest, since when.
type Kept = (String, String, Option<Vec<u8>>, DateTime<Utc>);

/// The kept sound of a call; one that is not there yet is looked for first.
///
/// # Errors
/// `not_found` where the call is none of the scope's, `recording_unavailable` with the reason.
pub async fn find(app: &App, scope: &Scope, id: CallId) -> ApiResult<Held> {
    let row = load(app, scope, id).await?;
    let ended = CallStatus::parse(&row.status).is_some_and(CallStatus::is_final);
    if row.kept.is_none() && ended && row.state == RecordingState::Pending.as_str() {
        on_demand::fetch(app, id).await?;
        return held(load(app, scope, id).await?, id);
    }
    held(row, id)
}

fn held(row: Row, id: CallId) -> ApiResult<Held> {
    let state = RecordingState::parse(&row.state);
    let Some((key, location, sha256, stored_at)) =
        row.kept.filter(|_| state.is_some_and(RecordingState::plays))
    else {
        return Err(ApiError::because(
            ErrorCode::RecordingUnavailable,
            why(state, &row.status, row.reason),
        ));
    };
    Ok(Held {
        call: CallKey {
            organization: row.organization.into(),
            started_at: row.started_at,
            id,
        },
        key: StorageKey::new(key).map_err(ApiError::internal)?,
        location,
        sha256,
        stored_at,
    })
}

async fn load(app: &App, scope: &Scope, id: CallId) -> ApiResult<Row> {
    app.db
        .tenant(scope.clone(), async move |conn| -> ApiResult<Row> {
            calls::table
                .left_join(recordings::table.on(kept_sound()))
                .filter(calls::id.eq(id.0))
                .select((
                    calls::recording,
                    calls::recording_error,
                    calls::status,
                    calls::organization_id,
                    calls::started_at,
                    (
                        recordings::storage_key,
                        recordings::location,
                        recordings::sha256,
                        recordings::stored_at,
                    )
                        .nullable(),
                ))
                .first(conn)
                .await
                .optional()?
                .ok_or_else(ApiError::not_found)
        })
        .await
}

/// Its object is gone, whatever the row says: noted, so that it is looked for elsewhere.
///
/// # Errors
/// The database's.
pub async fn lost(app: &App, held: &Held) -> ApiResult<()> {
    tracing::error!(call.id = %held.call.id, storage = %held.location, "a recording is marked available but its object is gone");
    Ok(state::lost(app, held.call, held.stored_at, "The stored file is gone").await?)
}

/// Why there is nothing to hear, for the person who pressed play.
fn why(state: Option<RecordingState>, status: &str, reason: Option<String>) -> String {
    let over = CallStatus::parse(status).is_some_and(CallStatus::is_final);
    match state {
        Some(RecordingState::Pending) if !over => "The recording comes when the call has ended.".to_owned(),
        Some(RecordingState::Pending) => {
            "The recording is still being fetched. Try again in a moment.".to_owned()
        }
        Some(RecordingState::Failed) => {
            format!(
                "The recording could not be fetched: {}",
                reason.as_deref().unwrap_or("the provider did not say why")
            )
        }
        _ => reason.unwrap_or_else(|| "This call was not recorded.".to_owned()),
    }
}
