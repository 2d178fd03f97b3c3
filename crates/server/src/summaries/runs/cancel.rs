//! `DELETE /api/summaries/runs/{id}`: what was not sent yet is not sent.

use super::show;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::summary::SummaryRun;
use uuid::Uuid;

/// Calls that waited go back to what they were; those on their way come to their end. Cancelled twice it is the same.
pub async fn cancel(
    app: web::Data<App>,
    caller: Caller<needs::CallsSummarize>,
    id: web::Path<Uuid>,
) -> ApiResult<web::Json<Option<SummaryRun>>> {
    let id = *id;
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let found = diesel::sql_query(
                "UPDATE summary_runs SET state = CASE WHEN state IN ('collecting', 'running') THEN 'cancelled' ELSE state END,
                        finished_at = coalesce(finished_at, now())
                 WHERE organization_id = current_organization() AND id = $1",
            )
            .bind::<SqlUuid, _>(id)
            .execute(conn)
            .await?;
            if found == 0 {
                return Err(ApiError::not_found());
            }
            diesel::sql_query(
                "UPDATE call_summaries s SET run_id = NULL, error = NULL, next_try_at = NULL, updated_at = now(),
                        state = CASE WHEN s.made_at IS NOT NULL THEN 'done' ELSE 'provider' END
                 FROM summary_runs r
                 WHERE r.organization_id = current_organization() AND r.id = $1 AND r.state = 'cancelled'
                   AND s.organization_id = r.organization_id AND s.run_id = r.id AND s.state = 'pending'",
            )
            .bind::<SqlUuid, _>(id)
            .execute(conn)
            .await?;
            Ok(show::latest(conn).await?)
        })
        .await
        .map(web::Json)
}
