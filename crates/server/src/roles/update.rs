//! `PATCH /api/roles/{id}`: changes an own role for all who have it.

use super::{name_taken, row};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::roles;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::permission::needs;
use shared::role_list::{CreateRole, Role, UpdateRole};
use shared::{Permission, RoleId};

pub async fn update(
    app: web::Data<App>,
    caller: Caller<needs::RolesManage>,
    id: web::Path<RoleId>,
    Json(request): Json<UpdateRole>,
) -> ApiResult<web::Json<Role>> {
    let own = caller.principal().organization.kind;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (id, user, organization, ip) = (*id, caller.user(), caller.organization(), caller.ip());
    let role = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let before = row::own(conn, id).await?;
            // The same checks as when it was made; a field that is left out is known to be good.
            let kept = || before.permissions.iter().map(|p| p.code().to_owned()).collect();
            let checked = CreateRole {
                name: request.name.unwrap_or_else(|| before.label.clone()),
                description: request.description.unwrap_or_else(|| before.description.clone()),
                kind: before.kind,
                permissions: request.permissions.unwrap_or_else(kept),
            };
            let permissions = checked.validate(own).map_err(ApiError::Invalid)?;
            diesel::update(roles::table.find(id.0))
                .set((
                    roles::name.eq(checked.name.trim()),
                    roles::description.eq(checked.description.trim()),
                    roles::permissions.eq(permissions.iter().map(Permission::code).collect::<Vec<_>>()),
                    roles::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await
                .map_err(name_taken)?;
            let after = row::own(conn, id).await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "role.updated",
                subject: Some(id.to_string()),
                details: json!({ "before": before, "after": after }),
                ip,
            };
            audit::record(conn, entry).await?;
            Ok(after)
        })
        .await?;
    app.principals.forget_all();
    Ok(web::Json(role))
}
