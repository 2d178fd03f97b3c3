//! Removing old recordings; their calls stay.

use crate::app::App;
use crate::calls::erase::{self, EraseError};
use chrono::{DateTime, Utc};
use db::schema::recordings::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::retention::RetentionCounts;
use uuid::Uuid;

/// Recordings per transaction.
const AT_ONCE: i64 = 100;

/// Forgets sounds whose objects are gone. The mark comes first: it keeps them from being fetched again.
const FORGET: &str = "
WITH k AS (SELECT * FROM unnest($1, $2) AS k (id, started_at)),
marked AS (
    INSERT INTO call_redactions AS x (organization_id, started_at, call_id, recording_at)
    SELECT current_organization(), k.started_at, k.id, now() FROM k
    ON CONFLICT (organization_id, started_at, call_id) DO UPDATE SET recording_at = excluded.recording_at),
gone AS (
    DELETE FROM recordings r USING k
    WHERE r.organization_id = current_organization() AND r.started_at = k.started_at AND r.call_id = k.id)
UPDATE calls c SET recording = 'unavailable', recording_error = $3, updated_at = now() FROM k
WHERE c.organization_id = current_organization() AND c.started_at = k.started_at AND c.id = k.id";

/// The next part; what it removed, nothing when there is none left.
///
/// # Errors
/// [`EraseError`].
pub async fn part(
    app: &App,
    organization: OrganizationId,
    before: DateTime<Utc>,
    days: i32,
) -> Result<RetentionCounts, EraseError> {
    let old: Vec<(Uuid, DateTime<Utc>, i64)> = app
        .db
        .tenant::<_, EraseError, _>(organization, async move |conn| {
            Ok(dsl::recordings
                .filter(dsl::started_at.lt(before))
                .order((dsl::started_at, dsl::call_id))
                .limit(AT_ONCE)
                .select((dsl::call_id, dsl::started_at, dsl::bytes))
                .load(conn)
                .await?)
        })
        .await?;
    if old.is_empty() {
        return Ok(RetentionCounts::default());
    }
    let places: Vec<(Uuid, DateTime<Utc>)> = old.iter().map(|sound| (sound.0, sound.1)).collect();
    erase::sounds(app, organization, &places).await?;
    let reason = format!("Removed after {days} days, as this organization's retention rules say");
    let (ids, starts): (Vec<_>, Vec<_>) = places.into_iter().unzip();
    app.db
        .tenant::<_, EraseError, _>(organization, async move |conn| {
            diesel::sql_query(FORGET)
                .bind::<Array<SqlUuid>, _>(ids)
                .bind::<Array<Timestamptz>, _>(starts)
                .bind::<Text, _>(reason)
                .execute(conn)
                .await?;
            Ok(())
        })
        .await?;
    Ok(RetentionCounts {
        recordings: i64::try_from(old.len()).unwrap_or(i64::MAX),
        recording_bytes: old.iter().map(|sound| sound.2).sum(),
        ..RetentionCounts::default()
    })
}
