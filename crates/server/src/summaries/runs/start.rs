//! `POST /api/summaries/runs`

use super::super::regenerate::no_key;
use super::CollectSummaries;
use super::show;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::summary_runs::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::ErrorCode;
use shared::permission::needs;
use shared::summary::StartSummaryRun;
use uuid::Uuid;

/// Starts one, unless one goes on. 202 with where it stands.
pub async fn start(
    app: web::Data<App>,
    caller: Caller<needs::CallsSummarize>,
    Json(request): Json<StartSummaryRun>,
) -> ApiResult<HttpResponse> {
    if app.summaries.client().is_none() {
        return Err(no_key());
    }
    if request.filter.q.is_some() {
        let text = "Words are no filter here. Choose calls by agent, time, direction or outcome";
        return Err(ApiError::field("filter.q", text));
    }
    let (organization, user, ip) = (caller.organization(), caller.user(), caller.ip());
    let agents: Option<Vec<Uuid>> = caller
        .scope()
        .agents
        .map(|agents| agents.iter().map(|agent| agent.0).collect());
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let run = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // One that came to its end since somebody last looked does not stand in the way.
            show::finish(conn).await?;
            let id = Uuid::now_v7();
            let made = diesel::insert_into(dsl::summary_runs)
                .values((
                    dsl::organization_id.eq(organization.0),
                    dsl::id.eq(id),
                    dsl::filter.eq(json!(request.filter)),
                    dsl::only_missing.eq(request.only_missing),
                    dsl::agents.eq(agents),
                    dsl::created_by.eq(user.0),
                ))
                .on_conflict_do_nothing()
                .execute(conn)
                .await?;
            if made == 0 {
                let text = "Calls are being summarized already. Wait for the end, or cancel it.";
                return Err(ApiError::because(ErrorCode::Conflict, text));
            }
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "summaries.run_started",
                subject: Some(id.to_string()),
                details: json!({ "filter": request.filter, "only_missing": request.only_missing }),
                ip,
            };
            audit::record(conn, entry).await?;
            let job = CollectSummaries {
                organization_id: organization,
                run_id: id,
            };
            job.queue(conn).await.map_err(ApiError::internal)?;
            Ok(show::latest(conn).await?)
        })
        .await?;
    Ok(HttpResponse::Accepted().json(run))
}
