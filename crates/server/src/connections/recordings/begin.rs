//! `POST /api/connections/{id}/recordings`

use super::run::{self, StartError, Which};
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

/// Fetches what is missing, unless that goes on already. 202 with where it stands.
pub async fn begin(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsSync>,
    id: web::Path<ConnectionId>,
) -> ApiResult<HttpResponse> {
    let (id, organization, user, ip) = (*id, caller.organization(), caller.user(), caller.ip());
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let run = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // Held until commit, so that two who press at once start one run.
            super::super::row::hold(conn, id).await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "connection.recordings_fetched",
                subject: Some(id.to_string()),
                details: json!({}),
                ip,
            };
            audit::record(conn, entry).await?;
            Ok(run::start(conn, id, organization, Which::All).await?)
        })
        .await?;
    Ok(HttpResponse::Accepted().json(run.map(run::Run::shown)))
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Database(error) => Self::Database(error),
            StartError::Query(error) => Self::from(error),
            error @ StartError::Enqueue(_) => Self::internal(error),
        }
    }
}
