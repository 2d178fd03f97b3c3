//! `GET /api/live/calls`: where a browser starts, and starts again after a gap.

use super::missed;
use crate::app::App;
use crate::auth::Caller;
use crate::calls::rows::{self, CallRow};
use crate::calls::turns;
use crate::calls::visibility::Visibility;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, TimeDelta, Utc};
use db::Conn;
use db::schema::{calls, poll_leases};
use diesel::dsl::{min, now};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::agent::AgentRef;
use shared::call::{CallStatus, CallSummary, Direction, Turn};
use shared::live::{LiveCall, LiveGrade, LiveSnapshot};
use shared::permission::{Permission, needs};
use std::cmp::Reverse;
use std::collections::HashMap;
use uuid::Uuid;

/// More do not fit on a page, and a workspace runs fewer at a time.
const RUNNING: i64 = 500;
const RECENT: usize = 10;
/// No index leads to the calls that *ended* last; they are among those that began last.
const BEGAN_LAST: i64 = 50;

pub async fn show(app: web::Data<App>, caller: Caller<needs::LiveView>) -> ApiResult<web::Json<LiveSnapshot>> {
    let visibility = Visibility::of(&caller);
    let (reads_words, lists_calls) = (caller.may(Permission::LiveTranscript), caller.may(Permission::CallsList));
    let snapshot = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // First of all: what the later statements see is at least as new, so that resuming from here may repeat a
            // change that is in the snapshot already but leaves none out.
            let last_event_id = missed::last_id(conn).await?;
            let running = running(conn, reads_words).await?;
            let recent = if lists_calls { recent(conn, visibility).await? } else { Vec::new() };
            let listening_since = listening_since(conn).await?;
            Ok(LiveSnapshot { running, recent, listening_since, last_event_id, as_of: Utc::now() })
        })
        .await?;
    Ok(web::Json(snapshot))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = calls, check_for_backend(diesel::pg::Pg))]
struct RunningRow {
    id: Uuid,
    agent_id: Uuid,
    conversation_id: String,
    status: String,
    direction: String,
    counterpart: Option<String>,
    started_at: DateTime<Utc>,
    live_grade: String,
}

/// Newest first. The turns of all calls come in one query.
async fn running(conn: &mut Conn, reads_words: bool) -> QueryResult<Vec<LiveCall>> {
    let rows: Vec<RunningRow> = calls::table
        .filter(calls::status.eq_any([CallStatus::Initiated.as_str(), CallStatus::InProgress.as_str()]))
        .order((calls::started_at.desc(), calls::id.desc()))
        .limit(RUNNING)
        .select(RunningRow::as_select())
        .load(conn)
        .await?;
    let names = rows::agent_names(conn, rows.iter().map(|row| row.agent_id)).await?;
    let mut spoken: HashMap<Uuid, Vec<Turn>> = HashMap::new();
    if let (true, Some(oldest)) = (reads_words, rows.last()) {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        for (call, turn) in turns::of_calls(conn, &ids, oldest.started_at).await? {
            spoken.entry(call).or_default().push(turn);
        }
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let (agent, turns) = (rows::agent_of(&names, row.agent_id), spoken.remove(&row.id).unwrap_or_default());
            row.call(agent, turns)
        })
        .collect())
}

impl RunningRow {
    fn call(self, agent: AgentRef, turns: Vec<Turn>) -> LiveCall {
        LiveCall {
            id: self.id.into(),
            conversation_id: self.conversation_id,
            agent,
            status: CallStatus::parse(&self.status).unwrap_or(CallStatus::InProgress),
            direction: Direction::parse(&self.direction).unwrap_or(Direction::Web),
            counterpart: self.counterpart,
            started_at: self.started_at,
            grade: if self.live_grade == "transcript" { LiveGrade::Transcript } else { LiveGrade::Presence },
            turns,
        }
    }
}

async fn recent(conn: &mut Conn, visibility: Visibility) -> QueryResult<Vec<CallSummary>> {
    let mut rows: Vec<CallRow> = calls::table
        .filter(calls::status.ne_all([CallStatus::Initiated.as_str(), CallStatus::InProgress.as_str()]))
        .order((calls::started_at.desc(), calls::id.desc()))
        .limit(BEGAN_LAST)
        .select(CallRow::as_select())
        .load(conn)
        .await?;
    rows.sort_by_key(|row| Reverse(row.started_at + TimeDelta::seconds(row.duration_seconds.into())));
    rows.truncate(RECENT);
    rows::summaries(conn, rows, visibility).await
}

/// A lease that ran out means that nobody polls.
async fn listening_since(conn: &mut Conn) -> QueryResult<Option<DateTime<Utc>>> {
    poll_leases::table
        .filter(poll_leases::held_until.gt(now))
        .select(min(poll_leases::listening_since))
        .first(conn)
        .await
}
