//! `POST` and `DELETE /api/auth/preview`: the product as a role sees it. Nothing can be changed meanwhile.

use crate::accounts;
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::ceiling::wrong_role;
use crate::auth::{Caller, SignedIn, session};
use crate::error::{ApiError, ApiResult};
use crate::roles;
use actix_session::Session as Cookie;
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use serde_json::json;
use session::Previewed;
use shared::auth::{Preview, Session, StartPreview};
use shared::permission::needs;

/// Lowers the session to what it and the role have both. The role's permissions are kept as they are now: a look at it need
/// not follow every change, and no request asks the database for them.
pub async fn start(
    app: web::Data<App>,
    caller: Caller<needs::PermissionsPreview>,
    cookie: Cookie,
    Json(request): Json<StartPreview>,
) -> ApiResult<web::Json<Session>> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, organization, ip) = (caller.user(), caller.organization(), caller.ip());
    let kind = caller.principal().organization.kind;
    let previewed = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let roles = roles::givable(conn, kind).await?;
            let role = roles.into_iter().find(|role| role.role == request.role);
            let role = role.ok_or_else(wrong_role)?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "preview.started",
                subject: Some(role.role.clone()),
                details: json!({ "role": role.label }),
                ip,
            };
            audit::record(conn, entry).await?;
            Ok(Previewed {
                role: Preview {
                    role: role.role,
                    label: role.label,
                },
                permissions: role.permissions,
            })
        })
        .await?;
    session::preview(&cookie, &previewed)?;
    accounts::session::describe(&app, user, organization, Some(previewed))
        .await
        .map(web::Json)
}

/// Back to one's own permissions. Without a preview there is nothing to end.
pub async fn end(app: web::Data<App>, caller: SignedIn) -> ApiResult<web::Json<Session>> {
    session::end_preview(&caller.session);
    accounts::session::describe(&app, caller.user(), caller.organization(), None)
        .await
        .map(web::Json)
}
