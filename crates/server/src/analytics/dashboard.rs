//! `GET /api/dashboard`: the first page in one reply.

use super::{attention, figures, limits};
use crate::app::App;
use crate::auth::Caller;
use crate::calls::rows::{self, CallRow};
use crate::calls::visibility::Visibility;
use crate::error::ApiResult;
use crate::zone;
use actix_web::web;
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use db::schema::{calls, connections};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::Permission;
use shared::dashboard::Dashboard;
use shared::permission::needs;

const DAYS: i64 = 30;
const LATEST: i64 = 8;
const RUNNING: usize = 5;

/// What of the page its reader may see.
#[derive(Clone, Copy)]
struct Parts {
    visibility: Visibility,
    calls: bool,
    live: bool,
    live_words: bool,
    connections: bool,
    /// He sees every agent of the organization, not only his own.
    all_agents: bool,
    limits: bool,
    below: bool,
    domains: bool,
}

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::DashboardView>,
) -> ApiResult<web::Json<Dashboard>> {
    let parts = Parts {
        visibility: Visibility::of(&caller),
        calls: caller.may(Permission::CallsList),
        live: caller.may(Permission::LiveView),
        live_words: caller.may(Permission::LiveTranscript),
        connections: caller.may(Permission::ConnectionsView),
        all_agents: caller.scope().agents.is_none(),
        limits: caller.may(Permission::OrganizationView),
        below: caller.may(Permission::OrganizationsList),
        domains: caller.may(Permission::BrandingDomains),
    };
    let (zone, now) = (caller.timezone(), Utc::now());
    let dashboard = app
        .db
        .tenant(caller.scope(), async move |conn| -> ApiResult<_> {
            load(conn, zone, now, parts).await
        })
        .await?;
    Ok(web::Json(dashboard))
}

async fn load(
    conn: &mut AsyncPgConnection,
    zone: Tz,
    now: DateTime<Utc>,
    parts: Parts,
) -> ApiResult<Dashboard> {
    let cost = parts.visibility.cost;
    let today = zone::date_at(zone, now);
    let midnight = zone::day_start(zone, today);
    // The same time of day yesterday, also when the clock was changed in between.
    let yesterday = today - Duration::days(1);
    let yesterday_start = zone::day_start(zone, yesterday);
    let same_time_yesterday = (yesterday_start + (now - midnight)).min(midnight);

    let days = figures::by_day(
        conn,
        zone,
        (today - Duration::days(DAYS - 1), today),
        parts.all_agents,
        cost,
    )
    .await?;
    let today_figures = figures::total(conn, (midnight, now + Duration::seconds(1)), cost).await?;
    let yesterday_until_now = figures::total(conn, (yesterday_start, same_time_yesterday), cost).await?;
    let hours = figures::by_hour(conn, zone, (midnight, now), cost).await?;

    let running_count: i64 = calls::table
        .filter(calls::status.eq_any(["initiated", "in-progress"]))
        .count()
        .get_result(conn)
        .await?;
    let running = match parts.live {
        true => crate::live::running::load(conn, RUNNING, parts.live_words, parts.visibility.numbers).await?,
        false => Vec::new(),
    };
    let latest = match parts.calls {
        true => latest(conn, parts.visibility).await?,
        false => Vec::new(),
    };
    let mut attention = match parts.connections {
        true => attention::connections(conn).await?,
        false => Vec::new(),
    };
    if parts.connections {
        attention.extend(attention::completeness(conn).await?);
    }
    if parts.domains {
        attention.extend(attention::domains(conn).await?);
    }
    if parts.calls {
        attention.extend(attention::failed_calls(conn, midnight).await?);
    }
    if parts.limits || parts.below {
        attention.extend(limits::all(conn, parts.limits, parts.below).await?);
    }
    let connected = diesel::select(diesel::dsl::exists(connections::table.select(connections::id)))
        .get_result(conn)
        .await?;
    Ok(Dashboard {
        as_of: now,
        timezone: zone.name().to_owned(),
        today: today_figures,
        yesterday_until_now,
        days,
        hours,
        running_count,
        running,
        latest,
        attention,
        connected,
    })
}

async fn latest(
    conn: &mut AsyncPgConnection,
    visibility: Visibility,
) -> QueryResult<Vec<shared::call::CallSummary>> {
    let found: Vec<CallRow> = calls::table
        .select(CallRow::as_select())
        .order((calls::started_at.desc(), calls::id.desc()))
        .limit(LATEST)
        .load(conn)
        .await?;
    rows::summaries(conn, found, visibility).await
}
