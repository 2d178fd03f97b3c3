//! `POST /api/auth/second-factor`: the second step of a sign-in.

use crate::account::codes;
use crate::accounts::{attempts, history, sign_in};
use crate::app::App;
use crate::auth::Client;
use crate::auth::body::Json;
use crate::auth::session;
use crate::error::{ApiError, ApiResult};
use actix_session::Session;
use actix_web::web;
use shared::ErrorCode;
use shared::account::{Code, SignInOutcome};
use shared::auth::Session as SessionReply;

/// A code of the app or a recovery code, of whoever has shown his password within the last minutes. Wrong ones count as wrong
/// passwords do.
pub async fn second_factor(
    app: web::Data<App>,
    client: Client,
    session: Session,
    Json(body): Json<Code>,
) -> ApiResult<web::Json<SessionReply>> {
    let Some(place) = session::pending(&session) else {
        return Err(ApiError::because(
            ErrorCode::NotSignedIn,
            "That took too long. Enter your password again.",
        ));
    };
    let Some(principal) = app
        .principals
        .get(&app.db, place.user, place.organization)
        .await?
    else {
        session.purge();
        return Err(ApiError::refused(ErrorCode::NotSignedIn));
    };
    let email = &principal.user.email;
    let attempt = app
        .login_limits
        .begin(client.ip, email.as_str())
        .map_err(ApiError::RateLimited)?;
    if let Err(locked) = attempts::begin(&app.db, email).await {
        history::note_refused(&app, Some(place.user), SignInOutcome::Locked, &client);
        return Err(locked);
    }
    if !codes::take(&app, place, &body.code, &client).await? {
        attempts::refuse(&app.db, email).await?;
        history::note_refused(&app, Some(place.user), SignInOutcome::WrongSecondFactor, &client);
        return Err(ApiError::refused(ErrorCode::WrongSecondFactor));
    }
    attempt.forgive();
    sign_in::complete(&app, &session, place, email, &client)
        .await
        .map(web::Json)
}
