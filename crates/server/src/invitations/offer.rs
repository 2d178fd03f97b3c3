//! `POST /api/auth/invitation`: what the holder of a link sees before he accepts.

use super::{found, person};
use crate::accounts::link_secret::hash_in;
use crate::app::App;
use crate::auth::body::Json;
use crate::error::ApiResult;
use crate::mail;
use crate::middleware::client_ip::client_ip;
use actix_session::Session;
use actix_web::{HttpRequest, web};
use shared::invitation::{InvitationOffer, LinkToken};

pub async fn show(
    app: web::Data<App>,
    request: HttpRequest,
    session: Session,
    Json(body): Json<LinkToken>,
) -> ApiResult<web::Json<InvitationOffer>> {
    let ip = client_ip(&request, app.config.http.trust_proxy);
    let found = found::find(&app, ip, hash_in(&body)?).await?;
    let signed_in = person::signed_in(&app, &session).await?;
    let brand = mail::brand(&app, &mut *app.db.connection().await?, found.organization).await?;
    Ok(web::Json(InvitationOffer {
        kind: found.kind,
        email: found.email,
        app_name: brand.app_name,
        organization: found.organization_name,
        role_label: found.role_label,
        invited_by: found.inviter_name,
        message: found.message,
        terms: found.terms,
        expires_at: found.expires_at,
        account: found.account,
        signed_in_as: signed_in.map(|principal| principal.user.email.clone()),
    }))
}
