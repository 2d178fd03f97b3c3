//! `GET /api/summaries/runs`: the latest, and how far it is.

use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::summary::{SummaryRun, SummaryRunState};
use uuid::Uuid;

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::CallsSummarize>,
) -> ApiResult<web::Json<Option<SummaryRun>>> {
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async |conn| {
            finish(conn).await?;
            Ok(latest(conn).await?)
        })
        .await
        .map(web::Json)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    done: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    skipped: i64,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    finished_at: Option<DateTime<Utc>>,
}

/// Marks a run as done of which no call waits any more.
///
/// # Errors
/// The database's own.
pub async fn finish(conn: &mut Conn) -> Result<(), diesel::result::Error> {
    diesel::sql_query(
        "UPDATE summary_runs r SET state = 'done', finished_at = now()
         WHERE r.organization_id = current_organization() AND r.state = 'running'
           AND NOT EXISTS (SELECT FROM call_summaries s WHERE s.organization_id = r.organization_id AND s.run_id = r.id
                           AND s.state = 'pending')",
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The latest run of the transaction's organization.
///
/// # Errors
/// The database's own.
pub async fn latest(conn: &mut Conn) -> Result<Option<SummaryRun>, diesel::result::Error> {
    let row: Option<Row> = diesel::sql_query(
        "SELECT r.id, r.state, r.total, r.created_at, r.finished_at, n.done, n.failed, n.skipped
         FROM (SELECT * FROM summary_runs x WHERE x.organization_id = current_organization()
               ORDER BY x.created_at DESC LIMIT 1) r
         CROSS JOIN LATERAL (
             SELECT count(*) FILTER (WHERE s.state = 'done') AS done, count(*) FILTER (WHERE s.state = 'failed') AS failed,
                    count(*) FILTER (WHERE s.state IN ('not_wanted', 'provider')) AS skipped
             FROM call_summaries s WHERE s.organization_id = r.organization_id AND s.run_id = r.id) n",
    )
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| SummaryRun {
        id: row.id,
        state: match row.state.as_str() {
            "collecting" => SummaryRunState::Collecting,
            "running" => SummaryRunState::Running,
            "cancelled" => SummaryRunState::Cancelled,
            _ => SummaryRunState::Done,
        },
        total: row.total,
        done: row.done,
        failed: row.failed,
        skipped: row.skipped,
        started_at: row.created_at,
        finished_at: row.finished_at,
    }))
}
