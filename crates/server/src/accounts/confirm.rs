//! `POST /api/auth/confirm`: whoever is signed in says again that it is he, before he does something dangerous.

use crate::account::{codes, passwords};
use crate::accounts::{attempts, history};
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::session::{self, Place};
use crate::auth::{Client, SignedIn};
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use shared::account::SignInOutcome;
use shared::auth::Confirm;

/// By his password or by a code of his second factor; wrong ones count as they do when signing in.
pub async fn confirm(
    app: web::Data<App>,
    caller: SignedIn,
    client: Client,
    Json(body): Json<Confirm>,
) -> ApiResult<HttpResponse> {
    let user = caller.principal.user.clone();
    let place = Place {
        user: user.id,
        organization: caller.organization(),
    };
    if body.password.is_none() && body.code.is_none() {
        return Err(ApiError::field("password", "Enter your password"));
    }
    let attempt = app
        .login_limits
        .begin(client.ip, user.email.as_str())
        .map_err(ApiError::RateLimited)?;
    attempts::begin(&app.db, &user.email).await?;
    if let Some(code) = &body.code {
        if !codes::take(&app, place, code, &client).await? {
            attempts::refuse(&app.db, &user.email).await?;
            history::note_refused(&app, Some(user.id), SignInOutcome::WrongSecondFactor, &client);
            return Err(ApiError::field(
                "code",
                "The code is wrong, or was used before. Wait for the next one",
            ));
        }
    } else if !passwords::is_right(&app, user.id, body.password.unwrap_or_default()).await? {
        attempts::refuse(&app.db, &user.email).await?;
        history::note_refused(&app, Some(user.id), SignInOutcome::WrongPassword, &client);
        return Err(ApiError::field("password", "This is not your password"));
    }
    attempt.forgive();
    attempts::forgive(&app.db, &user.email).await?;
    session::confirm(&caller.session)?;
    Ok(HttpResponse::NoContent().finish())
}
