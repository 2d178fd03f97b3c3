//! `DELETE /api/connections/{id}`: the connection and everything that came through it.

use super::jobs::EraseRecordings;
use super::load;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::connections::dsl;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::ConnectionId;
use shared::live::LiveEvent;
use shared::permission::needs;

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    recording_key: String,
}

/// Agents, calls and turns go at once, recordings by a job right after. 204.
pub async fn remove(
    app: web::Data<App>,
    caller: Caller<needs::ConnectionsManage>,
    id: web::Path<ConnectionId>,
) -> ApiResult<HttpResponse> {
    let (id, scope, organization) = (*id, caller.scope(), caller.organization());
    let (name, webhook) = app
        .db
        .tenant::<_, ApiError, _>(scope, async move |conn| {
            let found = dsl::connections
                .find(id.0)
                .select((dsl::name, dsl::provider_webhook_id));
            Ok(found.first::<(String, Option<String>)>(conn).await?)
        })
        .await?;
    if let Some(webhook) = webhook {
        unregister(&app, id, &webhook).await;
    }
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, ip) = (caller.user(), caller.ip());
    app.db
        .tenant::<_, ApiError, _>(scope, async move |conn| {
            let keys: Vec<Key> =
                diesel::sql_query("SELECT k AS recording_key FROM erase_connection($1) AS k")
                    .bind::<SqlUuid, _>(id.0)
                    .load(conn)
                    .await?;
            let keys: Vec<String> = keys.into_iter().map(|key| key.recording_key).collect();
            EraseRecordings::queue_all(conn, organization, &keys)
                .await
                .map_err(ApiError::internal)?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "connection.removed",
                subject: Some(id.to_string()),
                details: json!({"name": name, "recordings": keys.len()}),
                ip,
            };
            audit::record(conn, entry).await?;
            db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            Ok(())
        })
        .await?;
    app.ingest.forget(id).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Tidies up at the provider. Its refusal must not keep anybody from removing a connection whose key is dead.
async fn unregister(app: &App, id: ConnectionId, webhook: &str) {
    let removed = match load(app, id).await {
        Ok(Some(connection)) => connection
            .client()
            .delete_webhook(webhook)
            .await
            .map_err(|error| error.to_string()),
        Ok(None) => Ok(()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = removed {
        tracing::info!(connection.id = %id, error, "the webhook stays at the provider");
    }
}
