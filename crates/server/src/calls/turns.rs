//! Turns of transcripts.

use chrono::{DateTime, Utc};
use db::diesel::prelude::*;
use db::diesel_async::{AsyncPgConnection, RunQueryDsl};
use db::schema::call_turns;
use shared::call::{Speaker, ToolUse, Turn};
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = call_turns, check_for_backend(diesel::pg::Pg))]
struct TurnRow {
    call_id: Uuid,
    position: i32,
    speaker: String,
    message: Option<String>,
    at_seconds: f64,
    interrupted: bool,
    tools: serde_json::Value,
}

impl TurnRow {
    fn turn(self) -> Turn {
        let tools: Vec<ToolUse> = serde_json::from_value(self.tools)
            .inspect_err(|error| tracing::warn!(error = %error, "stored tool use does not fit"))
            .unwrap_or_default();
        Turn {
            position: self.position,
            speaker: Speaker::parse(&self.speaker).unwrap_or(Speaker::Agent),
            message: self.message,
            at_seconds: self.at_seconds,
            interrupted: self.interrupted,
            tools,
        }
    }
}

/// The transcript of one call, in order.
///
/// # Errors
/// The database's own.
pub async fn of_call(
    conn: &mut AsyncPgConnection,
    call: Uuid,
    started_at: DateTime<Utc>,
) -> QueryResult<Vec<Turn>> {
    let rows: Vec<TurnRow> = call_turns::table
        .filter(call_turns::call_id.eq(call))
        .filter(call_turns::started_at.eq(started_at))
        .order(call_turns::position)
        .select(TurnRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(TurnRow::turn).collect())
}

/// Turns of several calls in one query, each call's in order, as pairs of call id and turn. `since` is the
/// earliest start among them, which lets PostgreSQL skip older months.
///
/// # Errors
/// The database's own.
pub async fn of_calls(
    conn: &mut AsyncPgConnection,
    calls: &[Uuid],
    since: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, Turn)>> {
    let rows: Vec<TurnRow> = call_turns::table
        .filter(call_turns::call_id.eq_any(calls))
        .filter(call_turns::started_at.ge(since))
        .order((call_turns::call_id, call_turns::position))
        .select(TurnRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.call_id, row.turn())).collect())
}
