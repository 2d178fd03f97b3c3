//! `DELETE /api/roles/{id}`: an own role that nobody has.

use super::row;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::roles;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::permission::needs;
use shared::{ErrorCode, RoleId};

pub async fn remove(
    app: web::Data<App>,
    caller: Caller<needs::RolesManage>,
    id: web::Path<RoleId>,
) -> ApiResult<HttpResponse> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (id, user, organization, ip) = (*id, caller.user(), caller.organization(), caller.ip());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let role = row::own(conn, id).await?;
            if role.holders > 0 {
                return Err(held());
            }
            diesel::delete(roles::table.find(id.0))
                .execute(conn)
                .await
                .map_err(|error| match error {
                    // Given to somebody since it was counted.
                    Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => held(),
                    other => other.into(),
                })?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "role.removed",
                subject: Some(id.to_string()),
                details: json!(role),
                ip,
            };
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn held() -> ApiError {
    ApiError::because(
        ErrorCode::Conflict,
        "Members have this role, here or in an organization below. Give them another one first.",
    )
}
