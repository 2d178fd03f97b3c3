//! `DELETE /api/api-keys/{id}`: worth nothing from this moment on, on every server.

use super::row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::api_keys;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::ApiKeyId;
use shared::permission::needs;

/// Done twice it is the same.
pub async fn revoke(
    app: web::Data<App>,
    caller: Caller<needs::ApiKeysManage>,
    id: web::Path<ApiKeyId>,
) -> ApiResult<HttpResponse> {
    let (id, user, organization, ip) = (*id, caller.user(), caller.organization(), caller.ip());
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let key = row::one(conn, id).await?;
            if key.revoked_at.is_some() {
                return Ok(());
            }
            diesel::update(api_keys::table.find(id.0))
                .set(api_keys::revoked_at.eq(diesel::dsl::now))
                .execute(conn)
                .await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "api_key.revoked",
                subject: Some(id.to_string()),
                details: json!({ "name": key.name, "prefix": key.prefix }),
                ip,
            };
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await?;
    app.api_keys.forget_all();
    Ok(HttpResponse::NoContent().finish())
}
