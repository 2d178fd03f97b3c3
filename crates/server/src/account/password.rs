//! `PUT /api/account/password`.

use super::{entry, passwords, sessions};
use crate::accounts::{attempts, history};
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::{Client, SignedIn, new_password, password, session};
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::diesel::{self, ExpressionMethods, QueryDsl, dsl};
use db::diesel_async::RunQueryDsl;
use db::partitions::Partitioned;
use db::schema::users;
use serde_json::json;
use shared::account::{ChangePassword, SignInOutcome};

/// Asks for the present one; ends every other session of the person, and their sockets.
pub async fn change(
    app: web::Data<App>,
    caller: SignedIn,
    client: Client,
    Json(body): Json<ChangePassword>,
) -> ApiResult<HttpResponse> {
    body.validate().map_err(ApiError::Invalid)?;
    let principal = caller.principal.clone();
    let user = &principal.user;
    let about = [
        user.email.as_str(),
        user.name.as_str(),
        principal.organization.name.as_str(),
    ];
    new_password::accept("new", &body.new, &about).map_err(|error| ApiError::Invalid(vec![error]))?;
    attempts::begin(&app.db, &user.email).await?;
    if !passwords::is_right(&app, user.id, body.current).await? {
        attempts::refuse(&app.db, &user.email).await?;
        history::note_refused(&app, Some(user.id), SignInOutcome::WrongPassword, &client);
        return Err(ApiError::field("current", "This is not your password"));
    }
    attempts::forgive(&app.db, &user.email).await?;
    let hash = password::hash(body.new).await?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (id, current) = (user.id, session::id(&caller.session));
    let mut entry = entry(&caller, "account.password_changed", json!({}));
    app.db
        .tenant(caller.scope(), async move |conn| {
            diesel::update(users::table.find(id.0))
                .set((users::password_hash.eq(hash), users::updated_at.eq(dsl::now)))
                .execute(conn)
                .await?;
            let ended = sessions::end_others(conn, id, current).await?;
            entry.details = json!({ "sessions_ended": ended });
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await?;
    app.sessions.forget_all();
    session::confirm(&caller.session)?;
    Ok(HttpResponse::NoContent().finish())
}
