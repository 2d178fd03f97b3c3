//! `GET /api/auth/session`.

use crate::accounts::memberships;
use crate::app::App;
use crate::auth::session::Previewed;
use crate::auth::{SignedIn, session};
use crate::branding::host;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use shared::auth::Session;
use shared::{ErrorCode, OrganizationId, UserId};

/// Who is signed in, where, and what he may do there.
pub async fn show(app: web::Data<App>, caller: SignedIn) -> ApiResult<web::Json<Session>> {
    let previewed = session::previewed(&caller.session)?;
    describe(&app, caller.user(), caller.organization(), previewed)
        .await
        .map(web::Json)
}

/// The same for the replies to sign-in, to a switch of organization and to a preview.
pub async fn describe(
    app: &App,
    user: UserId,
    organization: OrganizationId,
    previewed: Option<Previewed>,
) -> ApiResult<Session> {
    let principal = app.principals.get(&app.db, user, organization).await?;
    let principal = principal.ok_or_else(|| ApiError::refused(ErrorCode::NotSignedIn))?;
    let permissions = match &previewed {
        Some(previewed) => previewed.lower(&principal).permissions,
        None => principal.permissions.clone(),
    };
    let (_, brand) = app.brands.on_host(host::organization(), Some(organization)).await;
    Ok(Session {
        user: principal.user.clone(),
        organization: principal.organization.clone(),
        role: principal.role.clone(),
        permissions,
        from_above: principal.from_above,
        member_of: principal.from_above.then(|| principal.member_of.clone()),
        standstill: principal.standstill.clone(),
        second_factor_missing: principal.second_factor_missing(),
        has_second_factor: principal.has_second_factor,
        organizations: memberships::reachable(&app.db, user).await?,
        demo: app.config.demo,
        preview: previewed.map(|previewed| previewed.role),
        look: brand.look.clone(),
    })
}
