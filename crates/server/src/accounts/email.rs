//! `/api/account/email`: one's own address, whether it was verified, and asking for another one.

use crate::accounts::account_link;
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::password::{self, Verdict};
use crate::auth::{Principal, SignedIn};
use crate::error::{ApiError, ApiResult};
use crate::mail::messages::VerifyEmail;
use crate::mail::{self, Outgoing};
use actix_web::web;
use chrono::{DateTime, Duration, Utc};
use db::partitions::Partitioned;
use db::schema::{account_links, users};
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::Email;
use shared::account_email::{ChangeEmail, OwnEmail};

/// How long the link works.
const HOURS: i64 = 24;
const PURPOSE: &str = "verify";

pub async fn show(app: web::Data<App>, caller: SignedIn) -> ApiResult<web::Json<OwnEmail>> {
    own(&app, &caller.principal).await.map(web::Json)
}

/// Sends a link to the new address. Whether somebody else has it is not told: then no link arrives.
pub async fn change(
    app: web::Data<App>,
    caller: SignedIn,
    Json(body): Json<ChangeEmail>,
) -> ApiResult<web::Json<OwnEmail>> {
    let principal = caller.principal.clone();
    let wanted = body.validate(&principal.user.email).map_err(ApiError::Invalid)?;
    mail::must_be_ready(&app)?;
    let attempt = app
        .login_limits
        .begin(caller.ip, principal.user.email.as_str())
        .map_err(ApiError::RateLimited)?;
    let stored: String = users::table
        .find(principal.user.id.0)
        .select(users::password_hash)
        .first(&mut *app.db.connection().await?)
        .await
        .map_err(ApiError::from)?;
    if password::verify(Some(stored), body.password).await? == Verdict::Wrong {
        return Err(ApiError::field("password", "This is not your password"));
    }
    attempt.forgive();
    send(&app, &caller, wanted, true).await?;
    own(&app, &principal).await.map(web::Json)
}

/// Sends a link to the present address, so that it can be verified.
pub async fn send_link(app: web::Data<App>, caller: SignedIn) -> ApiResult<web::Json<OwnEmail>> {
    mail::must_be_ready(&app)?;
    send(&app, &caller, caller.principal.user.email.clone(), false).await?;
    own(&app, &caller.principal).await.map(web::Json)
}

async fn send(app: &web::Data<App>, caller: &SignedIn, to: Email, is_change: bool) -> ApiResult<()> {
    app.public_limits
        .begin(caller.ip, to.as_str())
        .map_err(ApiError::RateLimited)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, organization) = (caller.user(), caller.organization());
    let ip = caller.ip.map(|ip| ip.to_string());
    let context = app.clone();
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let expires_at = Utc::now() + Duration::hours(HOURS);
            let secret = account_link::make(conn, user, PURPOSE, &to, expires_at).await?;
            if is_change {
                let entry = audit::Entry {
                    organization,
                    user: Some(user),
                    action: "email.change_asked",
                    subject: Some(user.to_string()),
                    details: json!({ "to": to }),
                    ip,
                };
                audit::record(conn, entry).await?;
                if is_taken(conn, &to).await? {
                    return Ok(());
                }
            }
            let brand = mail::brand(&context, conn, organization).await?;
            let message = VerifyEmail {
                app_name: &brand.app_name,
                is_change,
                url: brand.link("/verify", &secret),
                expires_at,
            };
            let outgoing = Outgoing {
                organization,
                to: &to,
                kind: VerifyEmail::KIND,
                letter: message.letter(),
            };
            mail::queue(&context, conn, outgoing).await?;
            Ok(())
        })
        .await
}

async fn is_taken(conn: &mut Conn, email: &Email) -> ApiResult<bool> {
    let holder = users::table.filter(users::email.eq(email.as_str()));
    let taken = diesel::select(diesel::dsl::exists(holder));
    taken.get_result(conn).await.map_err(ApiError::from)
}

async fn own(app: &App, principal: &Principal) -> ApiResult<OwnEmail> {
    let mut conn = app.db.connection().await?;
    let verified_at: Option<DateTime<Utc>> = users::table
        .find(principal.user.id.0)
        .select(users::email_verified_at)
        .first(&mut conn)
        .await
        .map_err(ApiError::from)?;
    let pending: Option<(String, DateTime<Utc>)> = account_links::table
        .filter(account_links::user_id.eq(principal.user.id.0))
        .filter(account_links::purpose.eq(PURPOSE))
        .filter(account_links::used_at.is_null())
        .filter(account_links::expires_at.gt(diesel::dsl::now))
        .select((account_links::email, account_links::expires_at))
        .first(&mut conn)
        .await
        .optional()?;
    let (pending, pending_until) = pending.unzip();
    Ok(OwnEmail {
        email: principal.user.email.clone(),
        verified_at,
        pending: pending
            .map(|email| Email::parse(&email))
            .transpose()
            .map_err(ApiError::internal)?,
        pending_until,
        mail_ready: app.mailer.is_ready(),
    })
}
