//! `DELETE …/invitations/{id}`: its link is worth nothing from then on.

use super::{entry, resend, rows};
use crate::app::App;
use crate::auth::{Caller, Principal};
use crate::error::{ApiError, ApiResult};
use crate::organizations::must_be_platform;
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::invitations::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::{ErrorCode, InvitationId};
use std::sync::Arc;

pub async fn of_member(
    app: web::Data<App>,
    caller: Caller<needs::MembersInvite>,
    id: web::Path<InvitationId>,
) -> ApiResult<HttpResponse> {
    revoke(&app, caller.principal(), caller.ip(), *id, true).await
}

pub async fn of_agency(
    app: web::Data<App>,
    caller: Caller<needs::AgenciesInvite>,
    id: web::Path<InvitationId>,
) -> ApiResult<HttpResponse> {
    must_be_platform(caller.principal())?;
    revoke(&app, caller.principal(), caller.ip(), *id, false).await
}

async fn revoke(
    app: &web::Data<App>,
    author: &Arc<Principal>,
    ip: Option<String>,
    id: InvitationId,
    members: bool,
) -> ApiResult<HttpResponse> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, organization) = (author.user.id, author.organization.id);
    app.db
        .tenant::<_, ApiError, _>(author.scope(), async move |conn| {
            let before = rows::one(conn, members, id).await?;
            let revoked = diesel::update(dsl::invitations.find(id.0).filter(dsl::state.eq("open")))
                .set((dsl::state.eq("revoked"), dsl::settled_at.eq(Utc::now())))
                .execute(conn)
                .await?;
            if revoked == 0 {
                return Err(ApiError::because(
                    ErrorCode::Conflict,
                    resend::settled(before.state),
                ));
            }
            audit::record(conn, entry(organization, user, "invitation.revoked", &before, ip))
                .await
                .map_err(ApiError::from)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
