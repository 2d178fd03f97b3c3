//! Where the sound of a call was looked for in vain.

use crate::error::ApiResult;
use chrono::{DateTime, Utc};
use db::schema::recording_misses::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::CallId;
use shared::call::{RecordingMiss, RecordingTier};

/// Of a call that the transaction sees.
///
/// # Errors
/// The database's.
pub async fn of(
    conn: &mut db::Conn,
    call: CallId,
    started_at: DateTime<Utc>,
) -> ApiResult<Vec<RecordingMiss>> {
    let rows: Vec<(String, String, i32, DateTime<Utc>)> = dsl::recording_misses
        .filter(dsl::started_at.eq(started_at))
        .filter(dsl::call_id.eq(call.0))
        .select((dsl::tier, dsl::reason, dsl::misses, dsl::last_at))
        .order(dsl::last_at)
        .load(conn)
        .await?;
    let known = rows.into_iter().filter_map(|(tier, reason, misses, last_at)| {
        Some(RecordingMiss {
            tier: RecordingTier::parse(&tier)?,
            reason,
            misses,
            last_at,
        })
    });
    Ok(known.collect())
}
