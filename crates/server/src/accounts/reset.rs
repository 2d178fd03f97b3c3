//! `POST /api/auth/reset` and `/reset/check`: a new password by a mailed link.

use crate::accounts::account_link::{self, AccountLink};
use crate::accounts::attempts;
use crate::accounts::link_secret::{gone, hash_in, hash_of};
use crate::accounts::memberships;
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::{new_password, password};
use crate::error::{ApiError, ApiResult};
use crate::mail::messages::PasswordChanged;
use crate::mail::{self, Outgoing};
use crate::middleware::client_ip::client_ip;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::{sessions, users};
use db::{Scope, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::Email;
use shared::account_email::{LinkAccount, ResetPassword};
use shared::invitation::LinkToken;

const PURPOSE: &str = "reset";

/// Whose password the link is about, so that the page need not wait for a press to say that it is over.
pub async fn check(
    app: web::Data<App>,
    request: HttpRequest,
    Json(body): Json<LinkToken>,
) -> ApiResult<web::Json<LinkAccount>> {
    let link = find(&app, &request, &hash_in(&body)?).await?;
    Ok(web::Json(LinkAccount {
        email: Email::parse(&link.present).map_err(ApiError::internal)?,
    }))
}

/// Uses the link up, ends every session of the person, and tells him by mail.
pub async fn set(
    app: web::Data<App>,
    request: HttpRequest,
    Json(body): Json<ResetPassword>,
) -> ApiResult<HttpResponse> {
    let hash = hash_of(&body.token)?;
    let link = find(&app, &request, &hash).await?;
    new_password::accept("password", &body.password, &[&link.present, &link.name])
        .map_err(|error| ApiError::Invalid(vec![error]))?;
    let home = memberships::home(&app.db, link.user, None).await?;
    let home = home.ok_or_else(|| gone("The account belongs to no organization. Ask for an invitation."))?;
    let stored = password::hash(body.password).await?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let ip = client_ip(&request, app.config.http.trust_proxy).map(|ip| ip.to_string());
    let context = app.clone();
    let email = Email::parse(&link.present).map_err(ApiError::internal)?;
    let to = email.clone();
    app.db
        .tenant::<_, ApiError, _>(Scope::organization(home), async move |conn| {
            account_link::take(conn, &hash).await?;
            diesel::update(users::table.find(link.user.0))
                .set((
                    users::password_hash.eq(stored),
                    // Whoever followed the link reads what is sent there.
                    users::email_verified_at.eq(Utc::now()),
                    users::updated_at.eq(Utc::now()),
                ))
                .execute(conn)
                .await?;
            diesel::delete(sessions::table.filter(sessions::user_id.eq(link.user.0)))
                .execute(conn)
                .await?;
            account_link::end_all(conn, link.user).await?;
            let entry = audit::Entry {
                organization: home,
                user: Some(link.user),
                action: "password.reset",
                subject: Some(link.user.to_string()),
                details: serde_json::json!({}),
                ip,
            };
            audit::record(conn, entry).await?;
            let brand = mail::brand(&context, conn, home).await?;
            let message = PasswordChanged {
                app_name: &brand.app_name,
                at: Utc::now(),
                url: brand.page("/forgot"),
            };
            let outgoing = Outgoing {
                organization: home,
                to: &to,
                kind: PasswordChanged::KIND,
                letter: message.letter(),
            };
            mail::queue(&context, conn, outgoing).await?;
            Ok(())
        })
        .await?;
    app.sessions.forget_all();
    // Whoever reads the account's mail is its owner: what others tried meanwhile must not keep him out.
    attempts::forgive(&app.db, &email).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A good link costs nothing; who tries others is slowed down.
async fn find(app: &App, request: &HttpRequest, hash: &[u8]) -> ApiResult<AccountLink> {
    let ip = client_ip(request, app.config.http.trust_proxy);
    let attempt = app
        .public_limits
        .begin(ip, &hex::encode(hash))
        .map_err(ApiError::RateLimited)?;
    let mut conn = app.db.connection().await?;
    let link = account_link::find(&mut conn, hash, PURPOSE).await?;
    if link.sent_to != link.present {
        return Err(gone(
            "The account has another address by now. Ask for a new link.",
        ));
    }
    attempt.forgive();
    Ok(link)
}
