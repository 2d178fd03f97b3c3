//! `PUT /api/organizations/{id}/status`: suspend, put away, let work again. Its calls are kept all the while.

use super::{entry, refusal, show};
use crate::app::App;
use crate::auth::Confirmed;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::organizations::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::customer::{OrganizationDetail, SetStatus};
use shared::organization::OrganizationStatus::Archived;
use shared::permission::needs;
use shared::{ErrorCode, OrganizationId, Permission};

/// Putting away and bringing back need `organizations.archive` besides.
pub async fn set(
    app: web::Data<App>,
    caller: Confirmed<needs::OrganizationsSuspend>,
    id: web::Path<OrganizationId>,
    Json(request): Json<SetStatus>,
) -> ApiResult<web::Json<OrganizationDetail>> {
    let id = *id;
    request.validate().map_err(ApiError::Invalid)?;
    let may_archive = caller.may(Permission::OrganizationsArchive);
    let entry = entry(&caller, "organization.status_changed", id, json!(request));
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let detail = app
        .db
        .tenant(caller.scope(), async move |conn| {
            let before = show::detail(conn, id).await?.summary.status;
            if (before == Archived || request.status == Archived) && !may_archive {
                let text = format!("Needs the permission {}", Permission::OrganizationsArchive.code());
                return Err(ApiError::because(ErrorCode::PermissionDenied, text));
            }
            let reason = request
                .reason
                .as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty());
            diesel::update(dsl::organizations.find(id.0))
                .set((
                    dsl::status.eq(request.status.as_str()),
                    dsl::status_reason.eq(reason),
                    dsl::status_changed_at.eq(diesel::dsl::now),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await
                .map_err(refusal)?;
            audit::record(conn, entry).await?;
            show::detail(conn, id).await
        })
        .await?;
    // Other servers are told by the database.
    app.principals.forget_all();
    Ok(web::Json(detail))
}
