//! Whether a code is somebody's second factor. Each is taken once.

use crate::app::App;
use crate::auth::session::Place;
use crate::auth::{Client, totp};
use crate::error::{ApiError, ApiResult};
use chrono::Utc;
use db::diesel::{self, ExpressionMethods, OptionalExtension, QueryDsl, dsl};
use db::diesel_async::RunQueryDsl;
use db::partitions::Partitioned;
use db::schema::{recovery_codes, second_factors};
use db::{Conn, Scope, audit};
use secrecy::SecretString;
use shared::UserId;

/// Longer than any code with what people put between its letters.
const LONGEST: usize = 64;

/// Takes a code of the app, or a recovery code: it is not taken again.
///
/// # Errors
/// The database's, or `internal` when another `ENCRYPTION_KEY` sealed the secret.
pub async fn take(app: &App, place: Place, code: &str, client: &Client) -> ApiResult<bool> {
    if code.len() > LONGEST {
        return Ok(false);
    }
    let scope = Scope {
        organization: Some(place.organization),
        user: Some(place.user),
        ..Scope::default()
    };
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (app_code, user) = (totp::digits(code), place.user);
    let recovery = totp::recovery_hash(code);
    let shared = app.clone();
    let entry = audit::Entry {
        organization: place.organization,
        user: Some(user),
        action: "account.recovery_code_used",
        subject: Some(user.to_string()),
        details: serde_json::json!({}),
        ip: client.address(),
    };
    app.db
        .tenant(scope, async move |conn| match app_code {
            Some(digits) => take_step(&shared, conn, user, &digits).await,
            None => {
                let unused = recovery_codes::table
                    .find((user.0, recovery.to_vec()))
                    .filter(recovery_codes::used_at.is_null());
                let taken = diesel::update(unused)
                    .set(recovery_codes::used_at.eq(dsl::now))
                    .execute(conn)
                    .await?;
                if taken > 0 {
                    audit::record(conn, entry).await?;
                }
                Ok(taken > 0)
            }
        })
        .await
}

async fn take_step(app: &App, conn: &mut Conn, user: UserId, digits: &str) -> ApiResult<bool> {
    let sealed: Option<Vec<u8>> = second_factors::table
        .find(user.0)
        .filter(second_factors::confirmed_at.is_not_null())
        .select(second_factors::secret_sealed)
        .first(conn)
        .await
        .optional()?;
    let Some(sealed) = sealed else { return Ok(false) };
    let Some(step) = step(&open(app, user, &sealed)?, digits)? else {
        return Ok(false);
    };
    // Of two at the same moment one finds it used.
    let fresh = second_factors::table
        .find(user.0)
        .filter(second_factors::last_step.lt(step));
    let taken = diesel::update(fresh)
        .set(second_factors::last_step.eq(step))
        .execute(conn)
        .await?;
    Ok(taken > 0)
}

/// The secret of a second factor.
///
/// # Errors
/// [`ApiError::Internal`].
pub(super) fn open(app: &App, user: UserId, sealed: &[u8]) -> ApiResult<SecretString> {
    app.sealer
        .open(sealed, user.0)
        .map_err(|error| ApiError::internal(format!("second factor: {error}")))
}

/// To which step a code belongs that holds now.
///
/// # Errors
/// [`ApiError::Internal`] when the secret is none.
pub(super) fn step(secret: &SecretString, digits: &str) -> ApiResult<Option<i64>> {
    let now = u64::try_from(Utc::now().timestamp()).map_err(ApiError::internal)?;
    let step = totp::step(secret, digits, now)?;
    step.map(|step| i64::try_from(step).map_err(ApiError::internal))
        .transpose()
}
