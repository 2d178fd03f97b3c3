//! Removing calls with everything that hangs on them: by an order, or because they are old.

use crate::app::App;
use crate::connections::jobs::EraseRecordings;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::recordings::dsl;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jobs::EnqueueError;
use shared::OrganizationId;
use storage::{InvalidKey, StorageError, StorageKey};
use uuid::Uuid;

/// Why something is still there.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Key(#[from] InvalidKey),
    #[error(transparent)]
    Enqueue(#[from] EnqueueError),
}

/// Rows that were removed.
#[derive(Clone, Copy, Debug, Default, QueryableByName)]
pub struct Erased {
    #[diesel(sql_type = BigInt)]
    pub calls: i64,
    #[diesel(sql_type = BigInt)]
    pub turns: i64,
    #[diesel(sql_type = BigInt)]
    pub recordings: i64,
    #[diesel(sql_type = BigInt)]
    pub recording_bytes: i64,
    #[diesel(sql_type = BigInt)]
    pub notes: i64,
    #[diesel(sql_type = BigInt)]
    pub deliveries: i64,
    #[diesel(sql_type = BigInt)]
    pub events: i64,
}

/// Removes the sound of calls (id, start) from storage; the rows that name it stay until [`rows`], so that it can be repeated.
///
/// # Errors
/// [`EraseError`].
pub async fn sounds(
    app: &App,
    organization: OrganizationId,
    calls: &[(Uuid, DateTime<Utc>)],
) -> Result<(), EraseError> {
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) = calls.iter().copied().unzip();
    let keys: Vec<String> = app
        .db
        .tenant::<_, EraseError, _>(organization, async move |conn| {
            Ok(dsl::recordings
                .filter(dsl::started_at.eq_any(starts))
                .filter(dsl::call_id.eq_any(ids))
                .select(dsl::storage_key)
                .load(conn)
                .await?)
        })
        .await?;
    for key in keys {
        app.storage.delete_everywhere(&StorageKey::new(key)?).await?;
    }
    Ok(())
}

/// Removes the rows of calls (id, start) of the transaction's organization, and sees to it that they do not come back. A sound that was
/// kept since [`sounds`] is removed by a job.
///
/// # Errors
/// [`EraseError`].
pub async fn rows(
    conn: &mut Conn,
    organization: OrganizationId,
    calls: &[(Uuid, DateTime<Utc>)],
) -> Result<Erased, EraseError> {
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) = calls.iter().copied().unzip();
    let keys: Vec<String> = dsl::recordings
        .filter(dsl::started_at.eq_any(&starts))
        .filter(dsl::call_id.eq_any(&ids))
        .select(dsl::storage_key)
        .load(conn)
        .await?;
    EraseRecordings::queue_all(conn, organization, &keys).await?;
    Ok(diesel::sql_query("SELECT * FROM erase_calls($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .get_result(conn)
        .await?)
}
