//! `POST /api/auth/organization`: work in another organization from now on.

use super::visit;
use crate::accounts;
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::{SignedIn, session};
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use serde_json::json;
use shared::auth::Session;
use shared::organization::SwitchOrganization;

/// An organization that the user can not reach is not found. Entering from above needs a reason; entering and leaving are written
/// into the audit log of that organization, where its members can see it.
pub async fn switch(
    app: web::Data<App>,
    caller: SignedIn,
    Json(body): Json<SwitchOrganization>,
) -> ApiResult<web::Json<Session>> {
    let (user, from, to) = (caller.user(), caller.organization(), body.organization_id);
    let target = app.principals.get(&app.db, user, to).await?;
    let Some(target) = target else {
        return Err(ApiError::not_found());
    };
    let reason = if target.from_above {
        Some(body.visit_reason().map_err(ApiError::Invalid)?)
    } else {
        None
    };
    if caller.principal.from_above && from != to {
        visit::note(
            &app,
            user,
            from,
            "organization.left",
            json!({ "to": to }),
            caller.ip,
        )
        .await?;
    }
    let details = json!({ "from": from, "reason": reason });
    visit::note(&app, user, to, "organization.entered", details, caller.ip).await?;
    session::move_to(&caller.session, to, target.from_above)?;
    accounts::session::describe(&app, user, to, None)
        .await
        .map(web::Json)
}
