//! Removing old calls as a whole, at the provider too where that is asked for.

use crate::app::App;
use crate::calls::erase::{self, EraseError};
use crate::connections::{self, ConnectionError, ConnectionHandle};
use chrono::{DateTime, Utc};
use db::schema::calls;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::retention::RetentionCounts;
use shared::{ConnectionId, OrganizationId};
use std::collections::HashMap;
use uuid::Uuid;

/// Calls per transaction.
const AT_ONCE: i64 = 50;
/// A call that still says it runs after so many days does not.
const STUCK_DAYS: u64 = 2;

/// Why old calls are still there.
#[derive(Debug, thiserror::Error)]
pub enum WholeError {
    /// The rest waits for the next night.
    #[error("ElevenLabs did not delete a call: {0}")]
    Provider(elevenlabs::Error),
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    #[error(transparent)]
    Erase(#[from] EraseError),
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

type Old = (Uuid, DateTime<Utc>, Uuid, String);

/// The next part; what it removed, nothing when there is none left. A call goes here when the provider has deleted it, not before.
///
/// # Errors
/// [`WholeError`].
pub async fn part(
    app: &App,
    organization: OrganizationId,
    before: DateTime<Utc>,
    at_provider: bool,
) -> Result<RetentionCounts, WholeError> {
    let stuck = Utc::now() - chrono::Days::new(STUCK_DAYS);
    let old: Vec<Old> = app
        .db
        .tenant::<_, WholeError, _>(organization, async move |conn| {
            Ok(calls::table
                .filter(calls::started_at.lt(before))
                .filter(
                    calls::status
                        .eq_any(["done", "failed"])
                        .or(calls::started_at.lt(stuck)),
                )
                .order((calls::started_at, calls::id))
                .limit(AT_ONCE)
                .select((
                    calls::id,
                    calls::started_at,
                    calls::connection_id,
                    calls::conversation_id,
                ))
                .load(conn)
                .await?)
        })
        .await?;
    let mut counts = RetentionCounts::default();
    if old.is_empty() {
        return Ok(counts);
    }
    let (gone, trouble) = if at_provider {
        let (gone, deleted, trouble) = delete(app, &old).await?;
        counts.provider_deleted = deleted;
        (gone, trouble)
    } else {
        (old.len(), None)
    };
    let places: Vec<(Uuid, DateTime<Utc>)> = old.iter().take(gone).map(|call| (call.0, call.1)).collect();
    if !places.is_empty() {
        erase::sounds(app, organization, &places).await?;
        let wanted = places.clone();
        let erased = app
            .db
            .tenant::<_, WholeError, _>(organization, async move |conn| {
                Ok(erase::rows(conn, organization, &wanted).await?)
            })
            .await?;
        counts.calls = erased.calls;
        counts.recordings = erased.recordings;
        counts.recording_bytes = erased.recording_bytes;
    }
    match trouble {
        // Told once nothing more can be done.
        Some(trouble) if places.is_empty() => Err(WholeError::Provider(trouble)),
        _ => Ok(counts),
    }
}

/// Deletes conversations at the provider up to the first that it does not delete: how many are gone there, how many of them now, and why
/// it stopped.
async fn delete(app: &App, old: &[Old]) -> Result<(usize, i64, Option<elevenlabs::Error>), WholeError> {
    let mut handles: HashMap<Uuid, Option<ConnectionHandle>> = HashMap::new();
    let mut deleted = 0;
    for (place, (_, _, connection, conversation)) in old.iter().enumerate() {
        let handle = match handles.get(connection) {
            Some(handle) => handle.clone(),
            None => {
                let handle = connections::load(app, ConnectionId(*connection)).await?;
                handles.insert(*connection, handle.clone());
                handle
            }
        };
        // Of a workspace that was removed: its calls go with it, and nobody can be asked.
        let Some(handle) = handle else { continue };
        match handle.client().delete_conversation(conversation).await {
            Ok(()) => deleted += 1,
            Err(elevenlabs::Error::NotFound { .. }) => {}
            Err(error) => return Ok((place, deleted, Some(error))),
        }
    }
    Ok((old.len(), deleted, None))
}
