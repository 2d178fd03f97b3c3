//! Which calls an order is about.

use chrono::{DateTime, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::erasure::{ErasurePreview, Subject};
use uuid::Uuid;

/// `found` as a table of call ids and starts. Parameters: one call, a number, an address.
const FOUND: &str = "
WITH found AS (
    SELECT c.id AS call_id, c.started_at FROM calls c WHERE c.id = $1
    UNION ALL
    SELECT f.call_id, f.started_at FROM calls_of_caller($2, $3) f WHERE $1 IS NULL)";

const PREVIEW: &str = "
SELECT count(*) AS calls, count(*) FILTER (WHERE c.status IN ('initiated', 'in-progress')) AS running,
       count(r.call_id) AS recordings, coalesce(sum(r.bytes), 0)::bigint AS recording_bytes,
       coalesce(sum((SELECT count(*) FROM call_turns t WHERE t.organization_id = c.organization_id AND t.call_id = c.id
                     AND t.started_at = c.started_at)), 0)::bigint AS turns,
       coalesce(sum((SELECT count(*) FROM call_notes n WHERE n.organization_id = c.organization_id AND n.started_at = c.started_at
                     AND n.call_id = c.id)), 0)::bigint AS notes,
       min(c.started_at) AS first_at, max(c.started_at) AS last_at
FROM found JOIN calls c ON c.organization_id = current_organization() AND c.started_at = found.started_at AND c.id = found.call_id
LEFT JOIN recordings r ON r.organization_id = c.organization_id AND r.started_at = c.started_at AND r.call_id = c.id";

/// Adds to an order what is found and does not belong to it yet, and sees to it that none of it can come back.
const ADD: &str = ",
added AS (
    INSERT INTO erasure_calls (organization_id, erasure_id, call_id, started_at, connection_id, conversation_id, digest)
    SELECT c.organization_id, $4, c.id, c.started_at, c.connection_id, c.conversation_id,
           conversation_digest(c.connection_id, c.conversation_id)
    FROM found JOIN calls c ON c.organization_id = current_organization() AND c.started_at = found.started_at AND c.id = found.call_id
    WHERE c.status NOT IN ('initiated', 'in-progress')
    ON CONFLICT DO NOTHING
    RETURNING organization_id, digest
), marked AS (
    INSERT INTO erased_conversations (digest, organization_id) SELECT digest, organization_id FROM added
    ON CONFLICT DO NOTHING)
SELECT count(*) AS calls FROM added";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    calls: i64,
    #[diesel(sql_type = BigInt)]
    running: i64,
    #[diesel(sql_type = BigInt)]
    recordings: i64,
    #[diesel(sql_type = BigInt)]
    recording_bytes: i64,
    #[diesel(sql_type = BigInt)]
    turns: i64,
    #[diesel(sql_type = BigInt)]
    notes: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    first_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct Added {
    #[diesel(sql_type = BigInt)]
    calls: i64,
}

/// The subject as the three parameters.
fn parameters(subject: &Subject) -> (Option<Uuid>, Option<&str>, Option<&str>) {
    match subject {
        Subject::Call(id) => (Some(id.0), None, None),
        Subject::Phone(number) => (None, Some(number), None),
        Subject::Email(address) => (None, None, Some(address)),
    }
}

/// What would be erased, as the transaction's person sees it.
///
/// # Errors
/// The database's own.
pub async fn preview(conn: &mut Conn, subject: &Subject) -> QueryResult<ErasurePreview> {
    let (call, phone, address) = parameters(subject);
    let found: Found = diesel::sql_query(format!("{FOUND}{PREVIEW}"))
        .bind::<Nullable<SqlUuid>, _>(call)
        .bind::<Nullable<Text>, _>(phone)
        .bind::<Nullable<Text>, _>(address)
        .get_result(conn)
        .await?;
    Ok(ErasurePreview {
        confirmation: subject.confirmation().to_owned(),
        calls: found.calls,
        running: found.running,
        recordings: found.recordings,
        recording_bytes: found.recording_bytes,
        turns: found.turns,
        notes: found.notes,
        first_at: found.first_at,
        last_at: found.last_at,
    })
}

/// Adds calls that are found and not running to an order; how many are new.
///
/// # Errors
/// The database's own.
pub async fn add(conn: &mut Conn, erasure: Uuid, subject: &Subject) -> QueryResult<i64> {
    let (call, phone, address) = parameters(subject);
    let added: Added = diesel::sql_query(format!("{FOUND}{ADD}"))
        .bind::<Nullable<SqlUuid>, _>(call)
        .bind::<Nullable<Text>, _>(phone)
        .bind::<Nullable<Text>, _>(address)
        .bind::<SqlUuid, _>(erasure)
        .get_result(conn)
        .await?;
    Ok(added.calls)
}
