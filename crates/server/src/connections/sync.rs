//! `POST /api/connections/{id}/sync`

use super::progress;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use serde_json::json;
use shared::ConnectionId;
use shared::permission::needs;

/// Starts a walk through the workspace, unless one goes on. 202 with where it stands.
pub async fn start(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsSync>,
    id: web::Path<ConnectionId>,
) -> ApiResult<HttpResponse> {
    let (id, organization, user, ip) = (*id, caller.organization(), caller.user(), caller.ip());
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let progress = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // Held until commit, so that two who press at once start one walk.
            super::row::hold(conn, id).await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "connection.sync_started",
                subject: Some(id.to_string()),
                details: json!({}),
                ip,
            };
            audit::record(conn, entry).await?;
            Ok(progress::start(conn, id, organization).await?)
        })
        .await?;
    Ok(HttpResponse::Accepted().json(progress))
}
