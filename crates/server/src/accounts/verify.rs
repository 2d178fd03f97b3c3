//! `POST /api/auth/verify`: an address is shown to be one's own, by the link that was sent there. It may become the account's.

use crate::accounts::account_link;
use crate::accounts::link_secret::{gone, hash_in};
use crate::accounts::memberships;
use crate::app::App;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use crate::mail::messages::EmailChanged;
use crate::mail::{self, Outgoing};
use crate::middleware::client_ip::client_ip;
use actix_web::{HttpRequest, web};
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::users;
use db::{Scope, audit};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::account_email::LinkAccount;
use shared::invitation::LinkToken;
use shared::{Email, ErrorCode};

pub async fn confirm(
    app: web::Data<App>,
    request: HttpRequest,
    Json(body): Json<LinkToken>,
) -> ApiResult<web::Json<LinkAccount>> {
    let hash = hash_in(&body)?;
    let ip = client_ip(&request, app.config.http.trust_proxy);
    let attempt = app
        .public_limits
        .begin(ip, &hex::encode(&hash))
        .map_err(ApiError::RateLimited)?;
    let link = account_link::find(&mut *app.db.connection().await?, &hash, "verify").await?;
    attempt.forgive();
    let home = memberships::home(&app.db, link.user, None).await?;
    let home = home.ok_or_else(|| gone("The account belongs to no organization. Ask for an invitation."))?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let email = Email::parse(&link.sent_to).map_err(ApiError::internal)?;
    let (reply, context) = (email.clone(), app.clone());
    app.db
        .tenant::<_, ApiError, _>(Scope::organization(home), async move |conn| {
            account_link::take(conn, &hash).await?;
            let is_change = link.present != link.sent_to;
            diesel::update(users::table.find(link.user.0))
                .set((
                    users::email.eq(email.as_str()),
                    users::email_verified_at.eq(Utc::now()),
                    users::updated_at.eq(Utc::now()),
                ))
                .execute(conn)
                .await
                .map_err(taken)?;
            let entry = audit::Entry {
                organization: home,
                user: Some(link.user),
                action: if is_change {
                    "email.changed"
                } else {
                    "email.verified"
                },
                subject: Some(link.user.to_string()),
                details: json!({ "before": link.present, "after": link.sent_to }),
                ip: ip.map(|ip| ip.to_string()),
            };
            audit::record(conn, entry).await?;
            if !is_change {
                return Ok(());
            }
            // A link that went to the old address opens nothing any more.
            account_link::end_all(conn, link.user).await?;
            let brand = mail::brand(&context, conn, home).await?;
            let message = EmailChanged {
                app_name: &brand.app_name,
                new_address: &link.sent_to,
                at: Utc::now(),
            };
            let outgoing = Outgoing {
                organization: home,
                to: &Email::parse(&link.present).map_err(ApiError::internal)?,
                kind: EmailChanged::KIND,
                letter: message.letter(),
            };
            mail::queue(&context, conn, outgoing).await?;
            Ok(())
        })
        .await?;
    app.principals.forget_all();
    Ok(web::Json(LinkAccount { email: reply }))
}

fn taken(error: Error) -> ApiError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => ApiError::because(
            ErrorCode::Conflict,
            "Another account has this address by now. Sign in with that one, or choose another address.",
        ),
        other => other.into(),
    }
}
