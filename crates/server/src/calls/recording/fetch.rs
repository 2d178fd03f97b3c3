//! Fetching the sound of a call: from the provider's API and, where that has none, from an address that the provider gave.

use super::keep::{self, KeepError, Kept, Sound, Source};
use super::key::CallKey;
use super::state;
use crate::app::App;
use crate::calls::store::erased;
use crate::connections::{self, ConnectionHandle};
use chrono::{DateTime, Utc};
use db::schema::calls::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::ConversationAudio;
use futures::StreamExt;
use shared::call::{CallStatus, RecordingState, RecordingTier};
use shared::{CallId, ConnectionId, OrganizationId};

/// What came of one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is kept; `Some`: it is shorter than its call.
    Kept(Option<String>),
    /// Nowhere; perhaps later.
    NotThere,
    /// Something came that is no sound.
    NoSound(String),
    /// Nothing was done: there is no room, the call is gone or runs, a rule removed its sound, or its connection is away.
    Nothing,
}

/// Why a look came to nothing. The same look may succeed later.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Connection(#[from] connections::ConnectionError),
    #[error(transparent)]
    Provider(#[from] elevenlabs::Error),
    #[error(transparent)]
    Keep(#[from] KeepError),
}

impl FetchError {
    /// For the person who looks at the call.
    pub fn reason(&self) -> String {
        match self {
            Self::Provider(error) => error.to_string(),
            Self::Keep(KeepError::Storage(storage::StorageError::Body(error))) => {
                format!("the recording broke off: {error}")
            }
            Self::Keep(KeepError::Storage(_)) => "our storage did not take it".to_owned(),
            _ => "something went wrong on our side".to_owned(),
        }
    }
}

/// A call whose sound may be looked for.
pub struct Wanted {
    pub key: CallKey,
    conversation_id: String,
    connection_id: ConnectionId,
    pub status: CallStatus,
    pub state: RecordingState,
}

/// The call, wherever it lies now; `None` when it is gone.
///
/// # Errors
/// The database's own.
pub async fn wanted(app: &App, call: CallId) -> Result<Option<Wanted>, db::Error> {
    let Some(organization) = place(app, call).await? else {
        return Ok(None);
    };
    type Row = (String, uuid::Uuid, DateTime<Utc>, String, String);
    let row: Option<Row> = app
        .db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            let columns = (
                dsl::conversation_id,
                dsl::connection_id,
                dsl::started_at,
                dsl::status,
                dsl::recording,
            );
            let found = dsl::calls.filter(dsl::id.eq(call.0)).select(columns);
            Ok(found.first(conn).await.optional()?)
        })
        .await?;
    Ok(row.map(
        |(conversation_id, connection, started_at, status, recording)| Wanted {
            key: CallKey {
                organization,
                started_at,
                id: call,
            },
            conversation_id,
            connection_id: ConnectionId(connection),
            status: CallStatus::parse(&status).unwrap_or(CallStatus::Processing),
            state: RecordingState::parse(&recording).unwrap_or(RecordingState::Pending),
        },
    ))
}

/// Where the call lies now: its agent may have been given to another organization since somebody asked.
pub(crate) async fn place(app: &App, call: CallId) -> Result<Option<OrganizationId>, db::Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<SqlUuid>)]
        organization: Option<uuid::Uuid>,
    }
    let mut conn = app.db.connection().await?;
    let row: Row = diesel::sql_query("SELECT organization_of_call($1) AS organization")
        .bind::<SqlUuid, _>(call.0)
        .get_result(&mut conn)
        .await?;
    Ok(row.organization.map(OrganizationId))
}

/// Looks once in every place, and notes where there was nothing. Does not say that there is none: that is for whoever knows how often
/// was looked.
///
/// # Errors
/// [`FetchError`], when a place could not be asked and no other had it.
pub async fn look(app: &App, wanted: &Wanted) -> Result<Found, FetchError> {
    let call = wanted.key;
    if !wanted.status.is_final() || erased::sound_removed(app, call).await? {
        return Ok(Found::Nothing);
    }
    if !keep::has_room(app, call.organization).await? {
        state::settle(app, call, RecordingState::Failed, keep::STORAGE_FULL).await?;
        return Ok(Found::Nothing);
    }
    let Some(connection) = connections::load(app, wanted.connection_id).await? else {
        return Ok(Found::Nothing);
    };
    let first = from_provider(app, wanted, &connection).await;
    if let Ok(Found::Kept(_) | Found::Nothing) = first {
        return first;
    }
    note(app, call, RecordingTier::Provider, &first).await?;
    let second = from_link(app, wanted, &connection).await;
    if let Ok(Found::Kept(_) | Found::Nothing) = second {
        return second;
    }
    note(app, call, RecordingTier::Link, &second).await?;
    // What the API says counts; a dead link is only noted.
    match (first, second) {
        (Ok(Found::NotThere), Ok(Found::NoSound(reason))) => Ok(Found::NoSound(reason)),
        (first, _) => first,
    }
}

async fn from_provider(
    app: &App,
    wanted: &Wanted,
    connection: &ConnectionHandle,
) -> Result<Found, FetchError> {
    let client = connection.client();
    match client.conversation_audio(&wanted.conversation_id).await {
        Ok(audio) => keep_it(app, wanted, audio, Source::Provider).await,
        Err(elevenlabs::Error::NotFound { .. }) => Ok(Found::NotThere),
        Err(error) => Err(error.into()),
    }
}

/// Asked for anew, because such addresses hold for a while only.
async fn from_link(app: &App, wanted: &Wanted, connection: &ConnectionHandle) -> Result<Found, FetchError> {
    let client = connection.client();
    let conversation = match client.conversation(&wanted.conversation_id).await {
        Ok(conversation) => conversation,
        Err(elevenlabs::Error::NotFound { .. }) => return Ok(Found::NotThere),
        Err(error) => return Err(error.into()),
    };
    let Some(link) = conversation.recording_link() else {
        return Ok(Found::NotThere);
    };
    match client.audio_at(&link).await {
        Ok(audio) => keep_it(app, wanted, audio, Source::Link).await,
        Err(elevenlabs::Error::NotFound { .. }) => Ok(Found::NotThere),
        Err(error) => Err(error.into()),
    }
}

async fn keep_it(
    app: &App,
    wanted: &Wanted,
    audio: ConversationAudio,
    source: Source,
) -> Result<Found, FetchError> {
    let sound = Sound {
        content_type: audio.content_type.clone(),
        len: audio.content_length,
        body: audio
            .into_stream()
            .map(|piece| piece.map_err(std::io::Error::other))
            .boxed(),
        source,
    };
    match Box::pin(keep::keep(app, wanted.key, sound)).await {
        Ok(Kept::Whole) => Ok(Found::Kept(None)),
        Ok(Kept::Short(reason)) => Ok(Found::Kept(Some(reason))),
        Ok(Kept::NoRoom | Kept::Gone) => Ok(Found::Nothing),
        Err(KeepError::NoSound(reason)) => Ok(Found::NoSound(reason)),
        Err(error) => Err(error.into()),
    }
}

/// Why a place had nothing.
async fn note(
    app: &App,
    call: CallKey,
    tier: RecordingTier,
    outcome: &Result<Found, FetchError>,
) -> Result<(), db::Error> {
    let reason = match outcome {
        Ok(Found::NoSound(reason)) => format!("What came is no recording: {reason}"),
        Err(error) => error.reason(),
        Ok(_) if tier == RecordingTier::Link => "ElevenLabs gave no link to a recording".to_owned(),
        Ok(_) => "ElevenLabs has no recording of this call".to_owned(),
    };
    tracing::debug!(call.id = %call.id, tier = tier.as_str(), reason, "no recording there");
    state::miss(app, call, tier, &reason).await
}
