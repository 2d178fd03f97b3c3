//! `POST /api/auth/organization`: work in another organization from now on.

use crate::accounts;
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::{SignedIn, session};
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use db::partitions::Partitioned;
use db::{Scope, audit};
use shared::auth::Session;
use shared::organization::SwitchOrganization;

/// An organization that the user can not reach is not found. Entering is written into the audit log of the
/// organization that is entered, where its members can see it.
pub async fn switch(
    app: web::Data<App>,
    caller: SignedIn,
    Json(body): Json<SwitchOrganization>,
) -> ApiResult<web::Json<Session>> {
    let (user, from, to) = (caller.user(), caller.organization(), body.organization_id);
    let target = app.principals.get(&app.db, user, to).await?;
    if target.is_none() {
        return Err(ApiError::not_found());
    }
    app.db
        .ensure_month(&[Partitioned::AuditLog], chrono::Utc::now())
        .await?;
    let ip = caller.ip.map(|ip| ip.to_string());
    app.db
        .tenant(
            Scope {
                organization: Some(to),
                user: Some(user),
                agents: None,
            },
            async move |conn| {
                let entry = audit::Entry {
                    organization: to,
                    user: Some(user),
                    action: "organization.entered",
                    subject: Some(to.to_string()),
                    details: serde_json::json!({ "from": from }),
                    ip,
                };
                audit::record(conn, entry).await.map_err(ApiError::from)
            },
        )
        .await?;
    session::move_to(&caller.session, to)?;
    accounts::session::describe(&app, user, to, None)
        .await
        .map(web::Json)
}
