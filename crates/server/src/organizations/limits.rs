//! `PUT /api/organizations/{id}/limits`: how much it may use, and which features and permissions it has.

use super::create::codes;
use super::{entry, refusal, show};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use crate::limits::plan::PlanLimits;
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::organizations::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::customer::{OrganizationDetail, SetLimits};
use shared::permission::needs;
use shared::{OrganizationId, Permission};

/// Replaces all of it. A limit below what is used takes nothing away: it stops what would be added.
pub async fn set(
    app: web::Data<App>,
    caller: Caller<needs::OrganizationsLimits>,
    id: web::Path<OrganizationId>,
    Json(request): Json<SetLimits>,
) -> ApiResult<web::Json<OrganizationDetail>> {
    let id = *id;
    request.validate().map_err(ApiError::Invalid)?;
    let entry = entry(&caller, "organization.limited", id, json!(request));
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let detail = app
        .db
        .tenant(caller.scope(), async move |conn| {
            show::detail(conn, id).await?;
            let allowed: Option<Vec<&str>> = request
                .allowed_permissions
                .as_ref()
                .map(|allowed| allowed.iter().copied().map(Permission::code).collect());
            let limits = request.limits;
            diesel::update(dsl::organizations.find(id.0))
                .set((
                    dsl::max_agents.eq(limits.max_agents),
                    dsl::max_users.eq(limits.max_users),
                    dsl::max_concurrent_calls.eq(limits.max_concurrent_calls),
                    dsl::max_minutes_per_month.eq(limits.max_minutes_per_month),
                    dsl::max_storage_bytes.eq(limits.max_storage_bytes),
                    dsl::features_off.eq(codes(&request.features_off)),
                    dsl::allowed_permissions.eq(allowed),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await
                .map_err(refusal)?;
            audit::record(conn, entry).await?;
            PlanLimits::queue(conn).await.map_err(ApiError::internal)?;
            show::detail(conn, id).await
        })
        .await?;
    app.principals.forget_all();
    Ok(web::Json(detail))
}
