//! `POST /api/auth/forgot`: a link to choose a new password.
//!
//! The request only queues a job, whoever asks for whatever address: answer and time tell nobody whether there is such an account.

use crate::accounts::{account_link, memberships};
use crate::app::App;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use crate::mail::messages::ResetPassword;
use crate::mail::{self, Outgoing};
use crate::middleware::client_ip::client_ip;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{Duration, Utc};
use db::Scope;
use db::schema::users;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::account_email::ForgotPassword as Request;
use shared::{Email, UserId};
use uuid::Uuid;

/// How long the link works.
const HOURS: i64 = 1;

/// 202, always.
pub async fn ask(
    app: web::Data<App>,
    request: HttpRequest,
    Json(body): Json<Request>,
) -> ApiResult<HttpResponse> {
    let email = body.validate().map_err(ApiError::Invalid)?;
    mail::must_be_ready(&app)?;
    let ip = client_ip(&request, app.config.http.trust_proxy);
    app.public_limits
        .begin(ip, email.as_str())
        .map_err(ApiError::RateLimited)?;
    let mut conn = app.db.connection().await?;
    let options = Enqueue {
        unique_key: Some(email.to_string()),
        ..Enqueue::default()
    };
    jobs::enqueue(&mut conn, &ForgotPassword { email }, options)
        .await
        .map_err(ApiError::internal)?;
    Ok(HttpResponse::Accepted().finish())
}

/// Looks for the account and writes to it, where there is one that may sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ForgotPassword {
    email: Email,
}

impl BackgroundJob for ForgotPassword {
    const NAME: &'static str = "forgot_password";
    type Context = App;

    async fn run(&self, app: App, _: JobMeta) -> Result<(), JobError> {
        let known: Option<Uuid> = {
            let mut conn = app.db.connection().await?;
            users::table
                .filter(users::email.eq(self.email.as_str()))
                .filter(users::disabled_at.is_null())
                .select(users::id)
                .first(&mut conn)
                .await
                .optional()?
        };
        let Some(user) = known.map(UserId) else {
            return Ok(());
        };
        // Who belongs nowhere can not sign in with any password.
        let Some(home) = memberships::home(&app.db, user, None).await? else {
            return Ok(());
        };
        let (email, context) = (self.email.clone(), app.clone());
        app.db
            .tenant::<_, ApiError, _>(Scope::organization(home), async move |conn| {
                let expires_at = Utc::now() + Duration::hours(HOURS);
                let secret = account_link::make(conn, user, "reset", &email, expires_at).await?;
                let brand = mail::brand(&context, conn, home).await?;
                let message = ResetPassword {
                    app_name: &brand.app_name,
                    url: brand.link("/reset", &secret),
                    expires_at,
                };
                let outgoing = Outgoing {
                    organization: home,
                    to: &email,
                    kind: ResetPassword::KIND,
                    letter: message.letter(),
                };
                mail::queue(&context, conn, outgoing).await?;
                Ok(())
            })
            .await?;
        Ok(())
    }
}
