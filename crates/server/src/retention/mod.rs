//! How long an organization keeps what it has of calls.
//!
//! | file | what it does |
//! |---|---|
//! | `rules`, `preview` | the rules, and what they would remove |
//! | `job` | each night's work of one organization |
//! | `sounds`, `whole` | its parts: recordings, whole calls; words go by `redact_transcripts` |
//!
//! The shortest holds: the organization's own rule, or that of one above that binds those below. Nothing is removed before the night
//! after a rule was set.

pub mod job;
pub mod preview;
pub mod rules;
mod sounds;
mod whole;

use chrono::{DateTime, Days, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable};
use diesel_async::RunQueryDsl;
use shared::retention::RetentionRules;

#[derive(QueryableByName)]
struct Holding {
    #[diesel(sql_type = Nullable<Integer>)]
    recording_days: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    transcript_days: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    call_days: Option<i32>,
    #[diesel(sql_type = Bool)]
    at_provider: bool,
}

impl From<Holding> for RetentionRules {
    fn from(row: Holding) -> Self {
        Self {
            recording_days: row.recording_days,
            transcript_days: row.transcript_days,
            call_days: row.call_days,
            at_provider: row.at_provider,
            binds_below: false,
        }
    }
}

/// What holds for the transaction's organization.
///
/// # Errors
/// The database's own.
async fn effective(conn: &mut Conn) -> QueryResult<RetentionRules> {
    let sql = "SELECT * FROM effective_retention(current_organization())";
    let row: Holding = diesel::sql_query(sql).get_result(conn).await?;
    Ok(row.into())
}

/// What those above bind it to.
async fn from_above(conn: &mut Conn) -> QueryResult<RetentionRules> {
    let row: Holding = diesel::sql_query("SELECT * FROM retention_from_above()")
        .get_result(conn)
        .await?;
    Ok(row.into())
}

/// Calls that began before this are older than so many days.
fn before(now: DateTime<Utc>, days: Option<i32>) -> Option<DateTime<Utc>> {
    let days = u64::try_from(days?).ok()?;
    now.checked_sub_days(Days::new(days))
}
