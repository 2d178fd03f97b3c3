//! Pages of calls, as their reader may see them.

use crate::calls::rows::{self, CallRow};
use crate::calls::turns;
use crate::calls::visibility::Visibility;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::calls;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::call::{CallSummary, Turn};
use std::collections::HashMap;
use uuid::Uuid;

/// One call of a file.
pub struct Record {
    pub call: CallSummary,
    pub more: More,
    /// What was said, where it is wanted.
    pub transcript: Option<Vec<Turn>>,
}

/// Columns beside those of the log.
#[derive(Default, Queryable, Selectable)]
#[diesel(table_name = calls, check_for_backend(diesel::pg::Pg))]
pub struct More {
    id: Uuid,
    pub agent_number: Option<String>,
    pub summary: Option<String>,
    pub termination_reason: Option<String>,
    pub error: Option<String>,
    pub rating: Option<i32>,
    pub evaluation: serde_json::Value,
    pub collected: serde_json::Value,
}

/// The records of some rows of the log.
///
/// # Errors
/// The database's own.
pub async fn load(
    conn: &mut Conn,
    found: Vec<CallRow>,
    visibility: Visibility,
    transcripts: bool,
) -> QueryResult<Vec<Record>> {
    let (Some(newest), Some(oldest)) = (
        found.iter().map(|row| row.started_at).max(),
        found.iter().map(|row| row.started_at).min(),
    ) else {
        return Ok(Vec::new());
    };
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let mut more = load_more(conn, &ids, oldest, newest).await?;
    let mut said: HashMap<Uuid, Vec<Turn>> = HashMap::new();
    if transcripts && visibility.transcript {
        for (call, turn) in turns::of_calls(conn, &ids, oldest).await? {
            said.entry(call).or_default().push(turn);
        }
    }
    let summaries = rows::summaries(conn, found, visibility).await?;
    Ok(summaries
        .into_iter()
        .map(|call| Record {
            more: more.remove(&call.id.0).unwrap_or_default(),
            transcript: (transcripts && visibility.transcript)
                .then(|| said.remove(&call.id.0).unwrap_or_default()),
            call,
        })
        .collect())
}

async fn load_more(
    conn: &mut Conn,
    ids: &[Uuid],
    oldest: DateTime<Utc>,
    newest: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, More>> {
    let rows: Vec<More> = calls::table
        .filter(calls::started_at.between(oldest, newest))
        .filter(calls::id.eq_any(ids))
        .select(More::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
