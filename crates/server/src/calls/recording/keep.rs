//! Keeping a sound that is on its way.

use super::key::{self, CallKey};
use super::state;
use crate::app::App;
use crate::calls::waveform::{self, Measured};
use db::partitions::Partitioned;
use db::schema::{calls, recordings};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::call::RecordingState;
use storage::{ByteStream, ContentType, StorageError, StorageKey, Stored};

/// As the call shows it.
pub const STORAGE_FULL: &str = "The organization's storage is full. Ask whoever set its limit for more.";

/// A body on its way into storage.
pub struct Sound {
    pub content_type: String,
    pub body: ByteStream,
    /// Bytes, where the sender says so.
    pub len: Option<u64>,
    pub source: Source,
}

/// Whence a sound came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Provider,
    Webhook,
    Link,
}

impl Source {
    fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Webhook => "webhook",
            Self::Link => "link",
        }
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    Whole,
    /// It is shorter than its call; the reason says by how much.
    Short(String),
    /// The organization has no room for it; its call says so.
    NoRoom,
    /// The call was removed meanwhile.
    Gone,
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
    /// It was erased again.
    #[error("what came is no recording: {0}")]
    NoSound(String),
}

/// Where the call's sound lies now.
type Before = Option<String>;

/// Stores a call's sound with its waveform and tells who watches. What was kept before stays until the new one is whole.
///
/// # Errors
/// [`KeepError`]. The sound of a call that was removed meanwhile, or that finds no room, is erased again.
pub async fn keep(app: &App, call: CallKey, sound: Sound) -> Result<Kept, KeepError> {
    app.db
        .ensure_month(&[Partitioned::Recordings], call.started_at)
        .await?;
    let before: Before = app
        .db
        .tenant::<_, db::Error, _>(call.organization, async move |conn| {
            let kept = recordings::table.find(call.row());
            Ok(kept
                .select(recordings::storage_key)
                .first(conn)
                .await
                .optional()?)
        })
        .await?;
    let key = key::next(call, before.as_deref())?;
    let (store, source) = (app.storage.current(), sound.source);
    let claimed = ContentType::new(&sound.content_type);
    let stored = store.put(&key, claimed, sound.body, sound.len).await?;
    let (seconds, peaks, content_type) = match waveform::measure(store.as_ref(), &key).await? {
        Measured::Sound {
            seconds,
            peaks,
            content_type,
        } => (seconds, peaks, content_type),
        Measured::NoSound(reason) => {
            store.delete(&key).await?;
            return Err(KeepError::NoSound(reason));
        }
    };
    let row = Row {
        call,
        key: key.to_string(),
        stored,
        seconds,
        peaks,
        content_type,
        location: app.storage.name().as_str(),
        source,
    };
    let kept = app
        .db
        .tenant::<_, KeepError, _>(call.organization, async move |conn| row.keep(conn).await)
        .await?;
    let useless = match &kept {
        Kept::Whole | Kept::Short(_) => before.map(StorageKey::new).transpose()?,
        Kept::NoRoom | Kept::Gone => Some(key),
    };
    if let Some(useless) = useless {
        app.storage.delete_everywhere(&useless).await?;
    }
    Ok(kept)
}

struct Row {
    call: CallKey,
    key: String,
    stored: Stored,
    seconds: Option<f32>,
    peaks: Vec<f32>,
    content_type: &'static str,
    location: &'static str,
    source: Source,
}

impl Row {
    async fn keep(self, conn: &mut db::Conn) -> Result<Kept, KeepError> {
        let call = self.call;
        let bytes = i64::try_from(self.stored.len).unwrap_or(i64::MAX);
        if !room(conn, call.organization, bytes).await? {
            state::set(conn, call, RecordingState::Failed, Some(STORAGE_FULL)).await?;
            return Ok(Kept::NoRoom);
        }
        // Held until commit: whoever stores the call's length meanwhile waits, and measures anew.
        let length: Option<i32> = calls::table
            .find(call.row())
            .select(calls::duration_seconds)
            .for_update()
            .first(conn)
            .await
            .optional()?;
        let Some(length) = length else {
            return Ok(Kept::Gone);
        };
        let short = self
            .seconds
            .filter(|_| state::is_short(self.seconds, length))
            .map(|seconds| state::short_reason(seconds, length));
        let sound = (
            recordings::storage_key.eq(self.key),
            recordings::bytes.eq(bytes),
            recordings::content_type.eq(self.content_type),
            recordings::peaks.eq(self.peaks),
            recordings::stored_at.eq(diesel::dsl::now),
            recordings::location.eq(self.location),
            recordings::sha256.eq(self.stored.sha256.to_vec()),
            recordings::seconds.eq(self.seconds),
            recordings::source.eq(self.source.as_str()),
        );
        diesel::insert_into(recordings::table)
            .values((
                recordings::organization_id.eq(call.organization.0),
                recordings::started_at.eq(call.started_at),
                recordings::call_id.eq(call.id.0),
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
        let state = match short {
            Some(_) => RecordingState::Partial,
            None => RecordingState::Available,
        };
        state::set(conn, call, state, short.as_deref()).await?;
        Ok(short.map_or(Kept::Whole, Kept::Short))
    }
}

/// Whether so many more bytes may be kept.
async fn room(
    conn: &mut db::Conn,
    organization: OrganizationId,
    bytes: i64,
) -> Result<bool, diesel::result::Error> {
    #[derive(QueryableByName)]
    struct Room {
        #[diesel(sql_type = Bool)]
        room: bool,
    }
    let row: Room = diesel::sql_query("SELECT storage_room($1, $2) AS room")
        .bind::<SqlUuid, _>(organization.0)
        .bind::<BigInt, _>(bytes)
        .get_result(conn)
        .await?;
    Ok(row.room)
}

/// Whether another byte may be kept, before anything is fetched.
///
/// # Errors
/// The database's own.
pub async fn has_room(app: &App, organization: OrganizationId) -> Result<bool, db::Error> {
    app.db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            Ok(room(conn, organization, 1).await?)
        })
        .await
}
