//! The running calls of an organization, with their turns so far. Used by the snapshot and the dashboard.

use crate::calls::{rows, turns};
use chrono::{DateTime, Utc};
use db::schema::calls;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::CallId;
use shared::call::{CallStatus, Direction};
use shared::live::{LiveCall, LiveGrade};
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

/// At most `limit` running calls, newest first; their words only `with_turns`. Three queries, however many calls.
///
/// # Errors
/// The database's own.
pub async fn load(conn: &mut AsyncPgConnection, limit: usize, with_turns: bool) -> QueryResult<Vec<LiveCall>> {
    let found: Vec<Row> = calls::table
        .filter(calls::status.eq_any(["initiated", "in-progress"]))
        .order((calls::started_at.desc(), calls::id.desc()))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(Row::as_select())
        .load(conn)
        .await?;
    let names = rows::agent_names(conn, found.iter().map(|row| row.agent_id)).await?;
    let mut spoken = match (with_turns, found.iter().map(|row| row.started_at).min()) {
        (true, Some(since)) => {
            let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
            turns::of_calls(conn, &ids, since).await?
        }
        _ => Vec::new(),
    };
    Ok(found
        .into_iter()
        .map(|row| {
            let (own, others): (Vec<_>, Vec<_>) = spoken.drain(..).partition(|(call, _)| *call == row.id);
            spoken = others;
            LiveCall {
                id: CallId(row.id),
                conversation_id: row.conversation_id,
                agent: rows::agent_of(&names, row.agent_id),
                status: CallStatus::parse(&row.status).unwrap_or(CallStatus::InProgress),
                direction: Direction::parse(&row.direction).unwrap_or(Direction::Web),
                counterpart: row.counterpart,
                started_at: row.started_at,
                grade: if row.live_grade == "transcript" { LiveGrade::Transcript } else { LiveGrade::Presence },
                turns: own.into_iter().map(|(_, turn)| turn).collect(),
            }
        })
        .collect())
}
