//! `GET` and `PUT /api/retention`.

use super::{effective, from_above};
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::{Caller, Confirmed};
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::partitions::Partitioned;
use db::schema::{retention_rules, retention_runs};
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::permission::needs;
use shared::retention::{Retention, RetentionRules, RetentionRun};

/// Nights that are shown.
const RUNS: i64 = 10;

#[derive(Queryable, Selectable)]
#[diesel(table_name = retention_rules, check_for_backend(diesel::pg::Pg))]
struct Row {
    recording_days: Option<i32>,
    transcript_days: Option<i32>,
    call_days: Option<i32>,
    at_provider: bool,
    binds_below: bool,
}

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::CallsRetention>,
) -> ApiResult<web::Json<Retention>> {
    app.db
        .tenant(caller.scope(), async |conn| load(conn).await)
        .await
        .map(web::Json)
}

/// They work from the next night on, so that a mistake can be taken back until then.
pub async fn set(
    app: web::Data<App>,
    caller: Confirmed<needs::CallsRetention>,
    Json(rules): Json<RetentionRules>,
) -> ApiResult<web::Json<Retention>> {
    rules.validate().map_err(ApiError::Invalid)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (organization, user, ip) = (caller.organization(), caller.user(), caller.ip());
    let retention = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let before = own(conn).await?;
            let values = (
                retention_rules::recording_days.eq(rules.recording_days),
                retention_rules::transcript_days.eq(rules.transcript_days),
                retention_rules::call_days.eq(rules.call_days),
                retention_rules::at_provider.eq(rules.at_provider),
                retention_rules::binds_below.eq(rules.binds_below),
                retention_rules::updated_by.eq(user.0),
                retention_rules::updated_at.eq(diesel::dsl::now),
            );
            diesel::insert_into(retention_rules::table)
                .values((retention_rules::organization_id.eq(organization.0), values))
                .on_conflict(retention_rules::organization_id)
                .do_update()
                .set(values)
                .execute(conn)
                .await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "retention.changed",
                subject: None,
                details: json!({ "before": before, "after": rules }),
                ip,
            };
            audit::record(conn, entry).await?;
            load(conn).await
        })
        .await?;
    Ok(web::Json(retention))
}

async fn own(conn: &mut Conn) -> QueryResult<RetentionRules> {
    let row: Option<Row> = retention_rules::table
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map_or_else(RetentionRules::default, |row| RetentionRules {
        recording_days: row.recording_days,
        transcript_days: row.transcript_days,
        call_days: row.call_days,
        at_provider: row.at_provider,
        binds_below: row.binds_below,
    }))
}

type Run = (
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    serde_json::Value,
    Option<String>,
);

async fn load(conn: &mut Conn) -> ApiResult<Retention> {
    let runs: Vec<Run> = retention_runs::table
        .order(retention_runs::started_at.desc())
        .limit(RUNS)
        .select((
            retention_runs::started_at,
            retention_runs::finished_at,
            retention_runs::removed,
            retention_runs::trouble,
        ))
        .load(conn)
        .await?;
    Ok(Retention {
        own: own(conn).await?,
        above: from_above(conn).await?,
        effective: effective(conn).await?,
        runs: runs
            .into_iter()
            .map(|(started_at, finished_at, removed, trouble)| RetentionRun {
                started_at,
                finished_at,
                removed: serde_json::from_value(removed).unwrap_or_default(),
                trouble,
            })
            .collect(),
    })
}
