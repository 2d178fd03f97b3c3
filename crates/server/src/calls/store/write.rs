//! Storing a batch of details of one organization in a handful of statements.

use super::erased;
use super::keys::{self, Key};
use super::place::Owner;
use super::record::{CallRecord, PlacedRecord};
use super::{KnownCall, StoreError, plausible_start, rank, words};
use crate::calls::index::index;
use crate::calls::recording::{self, key::CallKey};
use crate::calls::recording_job::RecordingJob;
use chrono::{DateTime, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::sql_types::{Array, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::call::CallStatus;
use shared::live::LiveEvent;
use shared::{CallId, ConnectionId, OrganizationId};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Who is told about calls that were not known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// History: nobody waits for each of ten thousand rows; the sync's own progress is published instead.
    History,
    /// Something that happened now.
    News,
    /// Old news, read anew: turns and columns are made again from what was sent. What it does not tell stays.
    Replay,
}

/// A detail and where it belongs.
#[derive(Clone, Debug)]
pub struct Placed {
    pub record: CallRecord,
    pub owner: Owner,
}

#[derive(QueryableByName)]
struct Before {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    detail_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Text)]
    recording: String,
}

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    recording: String,
}

/// Stores details of one organization within its tenant transaction: rows, turns, recording jobs, events. Known rows
/// that are further along stay as they are; identical ones are not touched.
///
/// The months of all starts must exist, and no conversation may stand twice in `batch`.
///
/// # Errors
/// [`StoreError`].
pub async fn details(
    conn: &mut Conn,
    connection: ConnectionId,
    organization: OrganizationId,
    batch: &[Placed],
    origin: Origin,
    now: DateTime<Utc>,
) -> Result<Vec<KnownCall>, StoreError> {
    let wanted: Vec<(String, DateTime<Utc>)> = batch
        .iter()
        .map(|placed| {
            (
                placed.record.conversation_id.clone(),
                plausible_start(placed.record.claimed_start, now),
            )
        })
        .collect();
    let keys: HashMap<String, Key> = keys::hold(conn, connection, &wanted)
        .await?
        .into_iter()
        .map(|key| (key.conversation_id.clone(), key))
        .collect();
    let before = rows_before(conn, keys.values().filter(|key| !key.is_new)).await?;
    let removed = erased::words_removed(conn, keys.values().filter(|key| !key.is_new)).await?;

    let (mut known, mut rows) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    for placed in batch {
        let id = &placed.record.conversation_id;
        // Erased, and not stored again.
        let Some(key) = keys.get(id) else { continue };
        let old = before.get(&key.call_id);
        let old_status = old.and_then(|old| CallStatus::parse(&old.status));
        let is_behind = old_status.is_some_and(|old| rank(placed.record.status) < rank(old));
        known.push(KnownCall {
            id: CallId(key.call_id),
            organization,
            started_at: key.started_at,
            agent: placed.owner.agent.clone(),
            is_new: old.is_none(),
            status: old_status.filter(|_| is_behind).unwrap_or(placed.record.status),
        });
        // Nor what a rule removed of it.
        if removed.contains(&key.call_id) {
            continue;
        }
        // Old news: a late delivery about a call that has gone on since.
        if is_behind && old.is_some_and(|old| old.detail_at.is_some() || placed.record.turns.is_empty()) {
            continue;
        }
        rows.push((placed, key, old));
    }
    if origin == Origin::Replay {
        forget_projection(conn, &rows).await?;
    }
    let written = upsert(conn, connection, &rows).await?;
    let spoken = replace_turns(conn, &rows).await?;
    let is_changed = |key: &Key| written.contains_key(&key.call_id) || spoken.contains(&key.call_id);
    let changed = rows.iter().filter(|(_, key, _)| is_changed(key));
    index(conn, changed.map(|(_, key, _)| (key.call_id, key.started_at))).await?;
    // A sound that came before the length of its call was known.
    let heard_before = rows
        .iter()
        .filter(|(_, _, old)| old.is_some_and(|old| old.recording == "available" && old.detail_at.is_none()));
    let heard_before: Vec<CallKey> = heard_before
        .map(|(_, key, _)| CallKey {
            organization,
            started_at: key.started_at,
            id: CallId(key.call_id),
        })
        .collect();
    if !heard_before.is_empty() {
        recording::state::measure_again(conn, heard_before).await?;
    }
    // Those of a history are queued when it has been walked.
    if origin != Origin::History {
        for (placed, key, _) in &rows {
            let is_pending = written
                .get(&key.call_id)
                .is_some_and(|recording| recording == "pending");
            if is_pending && placed.record.status.is_final() {
                RecordingJob {
                    organization_id: organization,
                    call_id: CallId(key.call_id),
                }
                .queue(conn)
                .await?;
            }
        }
    }
    for (placed, key, old) in &rows {
        if !is_changed(key) || (old.is_none() && origin == Origin::History) {
            continue;
        }
        let (call_id, status) = (CallId(key.call_id), placed.record.status);
        let ran = old
            .and_then(|old| CallStatus::parse(&old.status))
            .is_some_and(CallStatus::is_running);
        if ran && !status.is_running() {
            db::live::publish(conn, &LiveEvent::CallEnded { call_id, status }).await?;
        }
        db::live::publish(conn, &LiveEvent::CallUpdated { call_id }).await?;
    }
    Ok(known)
}

async fn rows_before<'a>(
    conn: &mut Conn,
    keys: impl Iterator<Item = &'a Key>,
) -> Result<HashMap<Uuid, Before>, StoreError> {
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) =
        keys.map(|key| (key.call_id, key.started_at)).unzip();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Before> = diesel::sql_query(
        "SELECT c.id, c.status, c.detail_at, c.recording FROM unnest($1, $2) AS k (id, started_at)
         JOIN calls c ON c.organization_id = current_organization() AND c.started_at = k.started_at AND c.id = k.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Timestamptz>, _>(starts)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

type Row<'a> = (&'a Placed, &'a Key, Option<&'a Before>);

/// Takes away what was made of known calls before, in the transaction that makes it again.
async fn forget_projection(conn: &mut Conn, rows: &[Row<'_>]) -> Result<(), StoreError> {
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) = rows
        .iter()
        .filter(|(_, _, old)| old.is_some())
        .map(|(_, key, _)| (key.call_id, key.started_at))
        .unzip();
    if ids.is_empty() {
        return Ok(());
    }
    diesel::sql_query(
        "WITH wanted AS (SELECT * FROM unnest($1, $2) AS k (id, started_at)), turns AS (
             DELETE FROM call_turns t USING wanted k
             WHERE t.organization_id = current_organization() AND t.call_id = k.id AND t.started_at = k.started_at)
         UPDATE calls c SET detail_at = NULL FROM wanted k
         WHERE c.organization_id = current_organization() AND c.started_at = k.started_at AND c.id = k.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Timestamptz>, _>(starts)
    .execute(conn)
    .await?;
    Ok(())
}

/// Inserts and updates rows; returns those that changed, with the state of their recording.
async fn upsert(
    conn: &mut Conn,
    connection: ConnectionId,
    rows: &[Row<'_>],
) -> Result<HashMap<Uuid, String>, StoreError> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let mut payload = serde_json::to_value(rows.iter().map(placed_record).collect::<Vec<_>>())?;
    words::without_zero_bytes(&mut payload);
    let written: Vec<Written> = diesel::sql_query(UPSERT)
        .bind::<SqlUuid, _>(connection.0)
        .bind::<Jsonb, _>(payload)
        .load(conn)
        .await?;
    Ok(written.into_iter().map(|row| (row.id, row.recording)).collect())
}

fn placed_record<'a>((placed, key, old): &Row<'a>) -> PlacedRecord<'a> {
    let record = &placed.record;
    let (recording, recording_error) = match (record.has_audio, old.map(|old| old.recording.as_str())) {
        (Some(true), _) | (None, None) => ("pending", None),
        (Some(false), _) if record.status.is_final() => {
            ("unavailable", Some("ElevenLabs has no recording of this call"))
        }
        (None, Some("unavailable")) => ("unavailable", None),
        (None, Some("failed")) => ("failed", None),
        (Some(false) | None, _) => ("pending", None),
    };
    PlacedRecord {
        id: key.call_id,
        agent_id: placed.owner.agent.id.0,
        started_at: key.started_at,
        recording,
        recording_error,
        record,
    }
}

const UPSERT: &str = include_str!("upsert.sql");

#[derive(QueryableByName)]
struct Spoken {
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
}

/// Makes the turns of each row those of its detail; the calls of which some changed.
async fn replace_turns(conn: &mut Conn, rows: &[Row<'_>]) -> Result<HashSet<Uuid>, StoreError> {
    #[derive(serde::Serialize)]
    struct TurnRow<'a> {
        call_id: Uuid,
        started_at: DateTime<Utc>,
        #[serde(flatten)]
        turn: &'a shared::call::Turn,
    }
    let turns: Vec<TurnRow<'_>> = rows
        .iter()
        .flat_map(|(placed, key, _)| {
            placed.record.turns.iter().map(|turn| TurnRow {
                call_id: key.call_id,
                started_at: key.started_at,
                turn,
            })
        })
        .collect();
    let mut payload = serde_json::to_value(turns)?;
    words::without_zero_bytes(&mut payload);
    let mut changed: Vec<Spoken> = diesel::sql_query(
        "INSERT INTO call_turns AS t (organization_id, call_id, started_at, position, speaker, message, at_seconds, interrupted, tools)
         SELECT current_organization(), r.call_id, r.started_at, r.position, r.speaker, r.message, r.at_seconds, r.interrupted, r.tools
         FROM jsonb_to_recordset($1) AS r (call_id uuid, started_at timestamptz, position int, speaker text, message text,
              at_seconds float8, interrupted boolean, tools jsonb)
         ON CONFLICT (organization_id, call_id, started_at, position) DO UPDATE SET
            speaker = excluded.speaker, message = excluded.message, at_seconds = excluded.at_seconds,
            interrupted = excluded.interrupted, tools = excluded.tools
         WHERE (t.speaker, t.message, t.at_seconds, t.interrupted, t.tools)
            IS DISTINCT FROM (excluded.speaker, excluded.message, excluded.at_seconds, excluded.interrupted, excluded.tools)
         RETURNING t.call_id",
    )
    .bind::<Jsonb, _>(payload)
    .load(conn)
    .await?;
    // Live turns beyond the final transcript: the provider merged some. A new row has none.
    let (ids, starts, counts) = rows.iter().filter(|(_, _, old)| old.is_some()).fold(
        (Vec::new(), Vec::new(), Vec::new()),
        |(mut ids, mut starts, mut counts), (placed, key, _)| {
            ids.push(key.call_id);
            starts.push(key.started_at);
            counts.push(i32::try_from(placed.record.turns.len()).unwrap_or(i32::MAX));
            (ids, starts, counts)
        },
    );
    if !ids.is_empty() {
        let gone: Vec<Spoken> = diesel::sql_query(
            "DELETE FROM call_turns t USING unnest($1, $2, $3) AS k (call_id, started_at, turns)
             WHERE t.organization_id = current_organization() AND t.call_id = k.call_id AND t.started_at = k.started_at
               AND t.position >= k.turns
             RETURNING t.call_id",
        )
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<diesel::sql_types::Integer>, _>(counts)
        .load(conn)
        .await?;
        changed.extend(gone);
    }
    Ok(changed.into_iter().map(|spoken| spoken.call_id).collect())
}
