//! `POST /api/auth/login`.

use crate::accounts::{attempts, history, memberships, sign_in};
use crate::app::App;
use crate::auth::Client;
use crate::auth::body::Json;
use crate::auth::password::{self, Verdict};
use crate::auth::session::{self, Place};
use crate::branding::host;
use crate::error::{ApiError, ApiResult};
use actix_session::Session;
use actix_web::{HttpResponse, web};
use db::diesel::{ExpressionMethods, OptionalExtension, QueryDsl, dsl};
use db::diesel_async::RunQueryDsl;
use db::schema::users;
use shared::account::SignInOutcome;
use shared::auth::{LoginRequest, SecondFactorRequired};
use shared::{Email, ErrorCode, UserId};

/// A wrong password, an unknown address and a disabled account get the same answer after the same time, and so do all of them while
/// the address is locked. So does, on the host of an organization, somebody who is no member of it, nor of one above or below it: who
/// is known elsewhere is not told there. Whoever has a second factor is asked for it: see `second_factor`.
pub async fn login(
    app: web::Data<App>,
    client: Client,
    session: Session,
    Json(body): Json<LoginRequest>,
) -> ApiResult<HttpResponse> {
    let email = body.validate().map_err(ApiError::Invalid)?;
    let attempt = app
        .login_limits
        .begin(client.ip, email.as_str())
        .map_err(ApiError::RateLimited)?;
    let account = find(&app, &email).await?;
    let known = account.as_ref().map(|account| UserId(account.id));
    if let Err(locked) = attempts::begin(&app.db, &email).await {
        history::note_refused(&app, known, SignInOutcome::Locked, &client);
        return Err(locked);
    }

    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let verdict = password::verify(stored.clone(), body.password).await?;
    let (Some(account), true) = (account, verdict != Verdict::Wrong) else {
        tracing::info!("sign-in refused");
        attempts::refuse(&app.db, &email).await?;
        history::note_refused(&app, known, SignInOutcome::WrongPassword, &client);
        return Err(ApiError::refused(ErrorCode::WrongCredentials));
    };
    let user = UserId(account.id);
    let home = memberships::home(&app.db, user, host::organization()).await?;
    let (Some(home), false) = (home, account.disabled) else {
        tracing::info!(user.id = %user, "sign-in refused: disabled or member of nothing");
        attempts::refuse(&app.db, &email).await?;
        return Err(ApiError::refused(ErrorCode::WrongCredentials));
    };
    attempt.forgive();
    if let Verdict::RightButOutdated(new) = verdict {
        renew_hash(&app, user, stored.unwrap_or_default(), new).await?;
    }
    let place = Place {
        user,
        organization: home,
    };
    if account.second_factor {
        attempts::forgive_this(&app.db, &email).await?;
        session::begin_pending(&session, place)?;
        return Ok(HttpResponse::Ok().json(SecondFactorRequired {
            second_factor_required: true,
        }));
    }
    let reply = sign_in::complete(&app, &session, place, &email, &client).await?;
    Ok(HttpResponse::Ok().json(reply))
}

struct Account {
    id: uuid::Uuid,
    password_hash: String,
    disabled: bool,
    second_factor: bool,
}

async fn find(app: &App, email: &Email) -> ApiResult<Option<Account>> {
    let mut conn = app.db.connection().await?;
    let row: Option<(uuid::Uuid, String, bool, bool)> = users::table
        .filter(users::email.eq(email.as_str()))
        .select((
            users::id,
            users::password_hash,
            users::disabled_at.is_not_null(),
            users::second_factor_at.is_not_null(),
        ))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(row.map(|(id, password_hash, disabled, second_factor)| Account {
        id,
        password_hash,
        disabled,
        second_factor,
    }))
}

/// Replaces the hash that was read, unless the password was changed meanwhile.
async fn renew_hash(app: &App, user: UserId, old: String, new: String) -> ApiResult<()> {
    let mut conn = app.db.connection().await?;
    db::diesel::update(users::table.find(user.0).filter(users::password_hash.eq(old)))
        .set((users::password_hash.eq(new), users::updated_at.eq(dsl::now)))
        .execute(&mut conn)
        .await?;
    Ok(())
}
