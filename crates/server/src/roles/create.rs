//! `POST /api/roles`: a role of the organization's own, with no more than its author has.

use super::{name_taken, row};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::roles;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::permission::needs;
use shared::role_list::CreateRole;
use shared::{Permission, RoleId};

pub async fn create(
    app: web::Data<App>,
    caller: Caller<needs::RolesManage>,
    Json(request): Json<CreateRole>,
) -> ApiResult<HttpResponse> {
    let own = caller.principal().organization.kind;
    let permissions = request.validate(own).map_err(ApiError::Invalid)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, organization, ip) = (caller.user(), caller.organization(), caller.ip());
    let id = RoleId(uuid::Uuid::now_v7());
    let role = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            diesel::insert_into(roles::table)
                .values((
                    roles::id.eq(id.0),
                    roles::organization_id.eq(organization.0),
                    roles::kind.eq(request.kind.as_str()),
                    roles::name.eq(request.name.trim()),
                    roles::description.eq(request.description.trim()),
                    roles::permissions.eq(permissions.iter().map(Permission::code).collect::<Vec<_>>()),
                ))
                .execute(conn)
                .await
                .map_err(name_taken)?;
            let role = row::own(conn, id).await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "role.created",
                subject: Some(id.to_string()),
                details: json!(role),
                ip,
            };
            audit::record(conn, entry).await?;
            Ok(role)
        })
        .await?;
    Ok(HttpResponse::Created().json(role))
}
