//! The running calls of an organization, with their turns so far. Used by the snapshot and the dashboard.

use crate::calls::visibility::masked;
use crate::calls::{rows, turns};
use chrono::{DateTime, Utc};
use db::schema::calls;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::CallId;
use shared::call::{CallStatus, Direction, Turn};
use shared::live::{LiveCall, LiveGrade};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = calls, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    agent_id: Uuid,
    conversation_id: String,
    status: String,
    direction: String,
    counterpart: Option<String>,
    started_at: DateTime<Utc>,
    live_grade: String,
}

/// At most `limit` running calls, newest first; their words only `with_turns`, their numbers whole only
/// `with_numbers`. Three queries, however many calls.
///
/// # Errors
/// The database's own.
pub async fn load(
    conn: &mut AsyncPgConnection,
    limit: usize,
    with_turns: bool,
    with_numbers: bool,
) -> QueryResult<Vec<LiveCall>> {
    let found: Vec<Row> = calls::table
        .filter(calls::status.eq_any(["initiated", "in-progress"]))
        .order((calls::started_at.desc(), calls::id.desc()))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(Row::as_select())
        .load(conn)
        .await?;
    let names = rows::agent_names(conn, found.iter().map(|row| row.agent_id)).await?;
    let mut spoken: HashMap<Uuid, Vec<Turn>> = HashMap::new();
    if let (true, Some(since)) = (with_turns, found.iter().map(|row| row.started_at).min()) {
        let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
        for (call, turn) in turns::of_calls(conn, &ids, since).await? {
            spoken.entry(call).or_default().push(turn);
        }
    }
    Ok(found
        .into_iter()
        .map(|row| LiveCall {
            id: CallId(row.id),
            conversation_id: row.conversation_id,
            agent: rows::agent_of(&names, row.agent_id),
            status: CallStatus::parse(&row.status).unwrap_or(CallStatus::InProgress),
            direction: Direction::parse(&row.direction).unwrap_or(Direction::Web),
            counterpart: match with_numbers {
                true => row.counterpart,
                false => row.counterpart.as_deref().map(masked),
            },
            started_at: row.started_at,
            grade: LiveGrade::parse(&row.live_grade),
            turns: spoken.remove(&row.id).unwrap_or_default(),
        })
        .collect())
}

/// Ids of all running calls that the transaction sees.
///
/// # Errors
/// The database's own.
pub async fn ids(conn: &mut AsyncPgConnection) -> QueryResult<Vec<CallId>> {
    let ids: Vec<Uuid> = calls::table
        .filter(calls::status.eq_any(["initiated", "in-progress"]))
        .select(calls::id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().map(CallId).collect())
}
