//! `GET /api/live/calls`: where a browser starts, and starts again after a gap.

use super::{missed, running, settings};
use crate::app::App;
use crate::auth::Caller;
use crate::calls::rows::{self, CallRow};
use crate::calls::visibility::Visibility;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, TimeDelta, Utc};
use db::Conn;
use db::schema::{calls, poll_leases};
use diesel::QueryableByName;
use diesel::dsl::{min, now};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable};
use diesel_async::RunQueryDsl;
use shared::call::{CallStatus, CallSummary};
use shared::live::LiveSnapshot;
use shared::permission::{Permission, needs};
use std::cmp::Reverse;

/// More do not fit on a page, and a workspace runs fewer at a time.
const RUNNING: usize = 500;
const RECENT: usize = 10;
/// No index leads to the calls that *ended* last; they are among those that began last.
const BEGAN_LAST: i64 = 50;

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::LiveView>,
) -> ApiResult<web::Json<LiveSnapshot>> {
    let visibility = Visibility::of(&caller);
    let (reads_words, lists_calls) = (
        caller.may(Permission::LiveTranscript),
        caller.may(Permission::CallsList),
    );
    let snapshot = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // First of all: what the later statements see is at least as new, so that resuming from here may repeat a
            // change that is in the snapshot already but leaves none out.
            let last_event_id = missed::last_id(conn).await?;
            let running = running::load(conn, RUNNING, reads_words, visibility.numbers).await?;
            let recent = if lists_calls {
                recent(conn, visibility).await?
            } else {
                Vec::new()
            };
            let listening_since = listening_since(conn).await?;
            let max_concurrent_calls = max_concurrent_calls(conn).await?;
            let long_after_seconds = Some(settings::load(conn).await?);
            Ok(LiveSnapshot {
                running,
                recent,
                listening_since,
                max_concurrent_calls,
                long_after_seconds,
                last_event_id,
                as_of: Utc::now(),
            })
        })
        .await?;
    Ok(web::Json(snapshot))
}

/// Of the calls that began last, those that ended last.
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

/// The strictest limit on the way up.
async fn max_concurrent_calls(conn: &mut Conn) -> QueryResult<Option<i32>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<Integer>)]
        max_concurrent_calls: Option<i32>,
    }
    let sql = "SELECT max_concurrent_calls FROM effective_limits(current_organization())";
    let row: Row = diesel::sql_query(sql).get_result(conn).await?;
    Ok(row.max_concurrent_calls)
}
