//! `POST …/invitations/{id}/resend`: a new link for a new while. The earlier link is worth nothing from then on.

use super::{entry, letter, rows};
use crate::accounts::LinkSecret;
use crate::app::App;
use crate::auth::{Caller, Principal};
use crate::error::{ApiError, ApiResult};
use crate::mail;
use crate::organizations::must_be_platform;
use crate::platform::Rules;
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::invitations::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::invitation::{Invitation, InvitationState};
use shared::permission::needs;
use shared::{ErrorCode, InvitationId};
use std::sync::Arc;

pub async fn of_member(
    app: web::Data<App>,
    caller: Caller<needs::MembersInvite>,
    id: web::Path<InvitationId>,
) -> ApiResult<web::Json<Invitation>> {
    again(&app, caller.principal(), caller.ip(), *id, true).await
}

pub async fn of_agency(
    app: web::Data<App>,
    caller: Caller<needs::AgenciesInvite>,
    id: web::Path<InvitationId>,
) -> ApiResult<web::Json<Invitation>> {
    must_be_platform(caller.principal())?;
    again(&app, caller.principal(), caller.ip(), *id, false).await
}

/// Who sends it again answers for it: the role is measured by his standing from now on.
async fn again(
    app: &web::Data<App>,
    author: &Arc<Principal>,
    ip: Option<String>,
    id: InvitationId,
    members: bool,
) -> ApiResult<web::Json<Invitation>> {
    mail::must_be_ready(app)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (context, user, organization) = (app.clone(), author.user.id, author.organization.id);
    let invitation = app
        .db
        .tenant::<_, ApiError, _>(author.scope(), async move |conn| {
            let before = rows::one(conn, members, id).await?;
            if !matches!(before.state, InvitationState::Open | InvitationState::Expired) {
                return Err(ApiError::because(ErrorCode::Conflict, settled(before.state)));
            }
            // Nobody's mailbox is filled through us, whoever asks for it.
            context
                .public_limits
                .begin(None, before.email.as_str())
                .map_err(ApiError::RateLimited)?;
            let secret = LinkSecret::fresh();
            let rules = Rules::load(conn).await?;
            // A registration has nobody who answers for it.
            let author = (before.kind != shared::invitation::InvitationKind::Registration).then_some(user.0);
            let sent: Option<String> =
                diesel::update(dsl::invitations.find(id.0).filter(dsl::state.eq("open")))
                    .set((
                        dsl::token_hash.eq(secret.hash),
                        dsl::invited_by.eq(author),
                        dsl::expires_at.eq(rules.invitation_end()),
                        dsl::sends.eq(dsl::sends + 1),
                        dsl::sent_at.eq(Utc::now()),
                    ))
                    .returning(dsl::message)
                    .get_result(conn)
                    .await
                    .optional()?;
            let message =
                sent.ok_or_else(|| ApiError::because(ErrorCode::Conflict, settled(before.state)))?;
            let invitation = rows::one(conn, members, id).await?;
            letter::send(&context, conn, organization, &invitation, &message, &secret.text).await?;
            audit::record(
                conn,
                entry(organization, user, "invitation.resent", &invitation, ip),
            )
            .await?;
            Ok(invitation)
        })
        .await?;
    Ok(web::Json(invitation))
}

/// Why nothing more can be done about it.
pub(super) fn settled(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Revoked => "The invitation was revoked. Invite the address anew.",
        _ => "The invitation was accepted already.",
    }
}
