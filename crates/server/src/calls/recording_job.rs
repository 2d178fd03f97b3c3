//! Fetching the sound of a call into storage.

use crate::app::App;
use crate::calls::store::KnownCall;
use crate::calls::waveform;
use crate::connections;
use chrono::{DateTime, Datelike, Utc};
use db::partitions::Partitioned;
use db::schema::calls::dsl;
use db::schema::recordings;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures::StreamExt;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::call::RecordingState;
use shared::live::LiveEvent;
use shared::{CallId, ConnectionId, OrganizationId};
use std::time::Duration;
use storage::{ByteStream, ContentType, StorageError, StorageKey};

/// First wait for a sound that the provider has announced but not made yet; doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(3);
/// Tries before "announced, but not there" is believed: a good half hour.
const NOT_THERE_TRIES: i32 = 9;

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

/// A body on its way into storage.
pub struct Sound {
    pub content_type: String,
    pub body: ByteStream,
    /// Bytes, where the sender says so.
    pub len: Option<u64>,
}

/// Why a sound could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Key(#[from] storage::InvalidKey),
}

struct Wanted {
    conversation_id: String,
    connection_id: ConnectionId,
    started_at: DateTime<Utc>,
    recording: String,
}

impl BackgroundJob for RecordingJob {
    const NAME: &'static str = "fetch_recording";
    const QUEUE: &'static str = "recordings";
    const MAX_ATTEMPTS: i32 = 12;
    const TIMEOUT: Duration = Duration::from_secs(600);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        // The agent may have been given to another organization with its calls since this was queued.
        let Some(organization_id) = place(&app, self.call_id).await? else {
            return Ok(());
        };
        let call_id = self.call_id;
        Self {
            organization_id,
            call_id,
        }
        .fetch(app, meta)
        .await
    }
}

impl RecordingJob {
    async fn fetch(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some(wanted) = self.wanted(&app).await? else {
            return Ok(());
        };
        if wanted.recording == RecordingState::Available.as_str() {
            return Ok(());
        }
        if !has_room(&app, self.organization_id).await? {
            return Ok(self
                .settle(&app, &wanted, RecordingState::Failed, STORAGE_FULL)
                .await?);
        }
        let Some(connection) = connections::load(&app, wanted.connection_id).await? else {
            return Ok(());
        };
        let audio = match connection
            .client()
            .conversation_audio(&wanted.conversation_id)
            .await
        {
            Ok(audio) => audio,
            Err(elevenlabs::Error::NotFound { message, .. }) => {
                if meta.attempt < NOT_THERE_TRIES {
                    let doublings = u32::try_from(meta.attempt - 1).unwrap_or(0).min(10);
                    return Err(JobError::retry_after(
                        anyhow::anyhow!(message),
                        FIRST_WAIT * (1 << doublings),
                    ));
                }
                self.settle(
                    &app,
                    &wanted,
                    RecordingState::Unavailable,
                    "ElevenLabs has no recording of this call",
                )
                .await?;
                return Ok(());
            }
            Err(error) => return self.failed(&app, &wanted, error.into(), &meta).await,
        };
        let sound = Sound {
            content_type: audio.content_type.clone(),
            len: audio.content_length,
            body: audio
                .into_stream()
                .map(|piece| piece.map_err(std::io::Error::other))
                .boxed(),
        };
        match keep(&app, self.organization_id, self.call_id, wanted.started_at, sound).await {
            Ok(()) => Ok(()),
            Err(error) => self.failed(&app, &wanted, error.into(), &meta).await,
        }
    }

    async fn wanted(&self, app: &App) -> Result<Option<Wanted>, db::Error> {
        let id = self.call_id.0;
        let row = app
            .db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                let row = dsl::calls
                    .filter(dsl::id.eq(id))
                    .select((
                        dsl::conversation_id,
                        dsl::connection_id,
                        dsl::started_at,
                        dsl::recording,
                    ))
                    .first::<(String, uuid::Uuid, DateTime<Utc>, String)>(conn)
                    .await
                    .optional()?;
                Ok(row)
            })
            .await?;
        Ok(
            row.map(|(conversation_id, connection_id, started_at, recording)| Wanted {
                conversation_id,
                connection_id: ConnectionId(connection_id),
                started_at,
                recording,
            }),
        )
    }

    async fn failed(
        &self,
        app: &App,
        wanted: &Wanted,
        error: anyhow::Error,
        meta: &JobMeta,
    ) -> Result<(), JobError> {
        if meta.is_last_attempt() {
            let reason = "The recording could not be fetched from ElevenLabs";
            self.settle(app, wanted, RecordingState::Failed, reason).await?;
        }
        Err(error.into())
    }

    async fn settle(
        &self,
        app: &App,
        wanted: &Wanted,
        state: RecordingState,
        reason: &'static str,
    ) -> Result<(), db::Error> {
        let (key, call_id) = (
            (self.organization_id.0, wanted.started_at, self.call_id.0),
            self.call_id,
        );
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                let changed = diesel::update(dsl::calls.find(key))
                    .filter(dsl::recording.ne(RecordingState::Available.as_str()))
                    .set((
                        dsl::recording.eq(state.as_str()),
                        dsl::recording_error.eq(reason),
                        dsl::updated_at.eq(diesel::dsl::now),
                    ))
                    .execute(conn)
                    .await?;
                if changed > 0 {
                    db::live::publish(conn, &LiveEvent::CallUpdated { call_id }).await?;
                }
                Ok(())
            })
            .await
    }
}

/// As the call shows it.
const STORAGE_FULL: &str = "The organization's storage is full. Ask whoever set its limit for more.";

#[derive(QueryableByName)]
struct Room {
    #[diesel(sql_type = Bool)]
    room: bool,
}

async fn room(
    conn: &mut db::Conn,
    organization: OrganizationId,
    bytes: i64,
) -> Result<bool, diesel::result::Error> {
    let row: Room = diesel::sql_query("SELECT storage_room($1, $2) AS room")
        .bind::<SqlUuid, _>(organization.0)
        .bind::<BigInt, _>(bytes)
        .get_result(conn)
        .await?;
    Ok(row.room)
}

/// Whether another byte may be kept, before anything is fetched.
async fn has_room(app: &App, organization: OrganizationId) -> Result<bool, db::Error> {
    app.db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            Ok(room(conn, organization, 1).await?)
        })
        .await
}

/// Where the call lies now.
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

/// Stores a call's sound with its waveform and tells who watches.
///
/// # Errors
/// [`KeepError`]. The sound of a call that was removed meanwhile, or that finds no room, is erased again.
pub async fn keep(
    app: &App,
    organization: OrganizationId,
    call_id: CallId,
    started_at: DateTime<Utc>,
    sound: Sound,
) -> Result<(), KeepError> {
    let name = format!(
        "recordings/{organization}/{:04}/{:02}/{call_id}.mp3",
        started_at.year(),
        started_at.month()
    );
    let key = StorageKey::new(name.clone())?;
    let content_type = ContentType::new(&sound.content_type);
    let stored = app.storage.put(&key, content_type, sound.body, sound.len).await?;
    let peaks = waveform::of(app, &key).await;
    let bytes = i64::try_from(stored.len).unwrap_or(i64::MAX);
    let row = (organization.0, started_at, call_id.0);
    app.db
        .ensure_month(&[Partitioned::Recordings], started_at)
        .await?;
    let kept = app
        .db
        .tenant::<_, KeepError, _>(organization, async move |conn| {
            if !room(conn, organization, bytes).await? {
                diesel::update(dsl::calls.find(row))
                    .filter(dsl::recording.ne(RecordingState::Available.as_str()))
                    .set((
                        dsl::recording.eq(RecordingState::Failed.as_str()),
                        dsl::recording_error.eq(STORAGE_FULL),
                        dsl::updated_at.eq(diesel::dsl::now),
                    ))
                    .execute(conn)
                    .await?;
                db::live::publish(conn, &LiveEvent::CallUpdated { call_id }).await?;
                return Ok(0);
            }
            let kept = diesel::update(dsl::calls.find(row))
                .set((
                    dsl::recording.eq(RecordingState::Available.as_str()),
                    dsl::recording_error.eq(None::<String>),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            if kept > 0 {
                let sound = (
                    recordings::storage_key.eq(name),
                    recordings::bytes.eq(bytes),
                    recordings::content_type.eq(stored.content_type.as_str().to_owned()),
                    recordings::peaks.eq(peaks),
                    recordings::stored_at.eq(diesel::dsl::now),
                );
                diesel::insert_into(recordings::table)
                    .values((
                        recordings::organization_id.eq(row.0),
                        recordings::started_at.eq(row.1),
                        recordings::call_id.eq(row.2),
                        sound.clone(),
                    ))
                    .on_conflict((
                        recordings::organization_id,
                        recordings::started_at,
                        recordings::call_id,
                    ))
                    .do_update()
                    .set(sound)
                    .execute(conn)
                    .await?;
                db::live::publish(conn, &LiveEvent::CallUpdated { call_id }).await?;
            }
            Ok(kept)
        })
        .await?;
    if kept == 0 {
        app.storage.delete(&key).await?;
    }
    Ok(())
}
