//! `DELETE /api/connections/{id}`: the connection and everything that came through it.

use super::jobs::RemoveConnection;
use super::row;
use crate::app::App;
use crate::auth::Confirmed;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::connections::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::ConnectionId;
use shared::live::LiveEvent;
use shared::permission::needs;

/// Marks it; a job erases it, which with years of calls takes longer than a request may. 202 with the connection as it is
/// shown until then. Asked again it is the same removal.
pub async fn remove(
    app: web::Data<App>,
    caller: Confirmed<needs::ConnectionsRemove>,
    id: web::Path<ConnectionId>,
) -> ApiResult<HttpResponse> {
    let (id, organization) = (*id, caller.organization());
    let (user, ip) = (caller.user(), caller.ip());
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let shown = App::clone(&app);
    let connection = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let found = dsl::connections.find(id.0).select(dsl::name).for_update();
            let name: String = found.first(conn).await?;
            let marked = diesel::update(dsl::connections.find(id.0))
                .filter(dsl::removing_at.is_null())
                .set((
                    dsl::removing_at.eq(diesel::dsl::now),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            if marked > 0 {
                let entry = audit::Entry {
                    organization,
                    user: Some(user),
                    action: "connection.removed",
                    subject: Some(id.to_string()),
                    details: json!({ "name": name }),
                    ip,
                };
                audit::record(conn, entry).await?;
                db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            }
            let job = RemoveConnection {
                connection_id: id,
                organization_id: organization,
            };
            job.queue(conn).await.map_err(ApiError::internal)?;
            row::load(conn, &shown, Some(id))
                .await?
                .pop()
                .ok_or_else(ApiError::not_found)
        })
        .await?;
    app.ingest.forget(id).await;
    Ok(HttpResponse::Accepted().json(connection))
}
