//! `DELETE /api/members/{user}`: ends a membership, and the sessions that work by it.

use super::{END_SESSIONS, ask_rules_now, one_at_a_time, refuse_higher, row};
use crate::app::App;
use crate::auth::Confirmed;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::memberships;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::UserId;
use shared::permission::needs;

pub async fn remove(
    app: web::Data<App>,
    caller: Confirmed<needs::MembersRemove>,
    user: web::Path<UserId>,
) -> ApiResult<HttpResponse> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, organization, ip) = (*user, caller.organization(), caller.ip());
    let author = caller.principal().clone();
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            one_at_a_time(conn).await?;
            let found = row::one(conn, user).await?;
            refuse_higher(&author, user, &found)?;
            diesel::delete(memberships::table.find((organization.0, user.0)))
                .execute(conn)
                .await?;
            ask_rules_now(conn).await?;
            diesel::sql_query(END_SESSIONS)
                .bind::<SqlUuid, _>(user.0)
                .bind::<SqlUuid, _>(organization.0)
                .execute(conn)
                .await?;
            let member = found.member;
            let entry = audit::Entry {
                organization,
                user: Some(author.user.id),
                action: "member.removed",
                subject: Some(user.to_string()),
                details: json!({ "name": member.name, "email": member.email, "role": member.role }),
                ip,
            };
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await?;
    app.principals.forget_all();
    app.sessions.forget_all();
    Ok(HttpResponse::NoContent().finish())
}
