//! `POST /api/auth/login`.

use crate::accounts::memberships;
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::password::{self, Verdict};
use crate::auth::session::{self, Place};
use crate::branding::host;
use crate::error::{ApiError, ApiResult};
use crate::middleware::client_ip::client_ip;
use actix_session::Session;
use actix_web::{HttpRequest, web};
use db::diesel::{ExpressionMethods, OptionalExtension, QueryDsl, dsl};
use db::diesel_async::RunQueryDsl;
use db::partitions::Partitioned;
use db::schema::users;
use db::{Scope, audit};
use shared::auth::{LoginRequest, Session as SessionReply};
use shared::{Email, ErrorCode, OrganizationId, UserId};

/// A wrong password, an unknown address and a disabled account get the same answer after the same time. So does, on the host
/// of an organization, somebody who is no member of it, nor of one above or below it: who is known elsewhere is not told there.
pub async fn login(
    app: web::Data<App>,
    request: HttpRequest,
    session: Session,
    Json(body): Json<LoginRequest>,
) -> ApiResult<web::Json<SessionReply>> {
    let email = body.validate().map_err(ApiError::Invalid)?;
    let ip = client_ip(&request, app.config.http.trust_proxy);
    let attempt = app
        .login_limits
        .begin(ip, email.as_str())
        .map_err(ApiError::RateLimited)?;

    let account = find(&app, &email).await?;
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let verdict = password::verify(stored.clone(), body.password).await?;
    let (Some(account), true) = (account, verdict != Verdict::Wrong) else {
        tracing::info!("sign-in refused");
        return Err(ApiError::refused(ErrorCode::WrongCredentials));
    };
    let user = UserId(account.id);
    let home = memberships::home(&app.db, user, host::organization()).await?;
    let (Some(home), false) = (home, account.disabled) else {
        tracing::info!(user.id = %user, "sign-in refused: disabled or member of nothing");
        return Err(ApiError::refused(ErrorCode::WrongCredentials));
    };
    attempt.forgive();

    let new_hash = match verdict {
        Verdict::RightButOutdated(new) => Some((stored.unwrap_or_default(), new)),
        _ => None,
    };
    record(&app, user, home, new_hash, ip.map(|ip| ip.to_string())).await?;
    session::begin(
        &session,
        Place {
            user,
            organization: home,
        },
    )?;
    super::session::describe(&app, user, home, None)
        .await
        .map(web::Json)
}

struct Account {
    id: uuid::Uuid,
    password_hash: String,
    disabled: bool,
}

async fn find(app: &App, email: &Email) -> ApiResult<Option<Account>> {
    let mut conn = app.db.connection().await?;
    let row: Option<(uuid::Uuid, String, bool)> = users::table
        .filter(users::email.eq(email.as_str()))
        .select((users::id, users::password_hash, users::disabled_at.is_not_null()))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(row.map(|(id, password_hash, disabled)| Account {
        id,
        password_hash,
        disabled,
    }))
}

/// `new_hash`: what was stored and what replaces it, unless the password was changed meanwhile.
async fn record(
    app: &App,
    user: UserId,
    organization: OrganizationId,
    new_hash: Option<(String, String)>,
    ip: Option<String>,
) -> ApiResult<()> {
    app.db
        .ensure_month(&[Partitioned::AuditLog], chrono::Utc::now())
        .await?;
    let scope = Scope {
        organization: Some(organization),
        user: Some(user),
        agents: None,
    };
    app.db
        .tenant(scope, async move |conn| {
            db::diesel::update(users::table.find(user.0))
                .set(users::last_login_at.eq(dsl::now))
                .execute(conn)
                .await?;
            if let Some((old, new)) = new_hash {
                db::diesel::update(users::table.find(user.0).filter(users::password_hash.eq(old)))
                    .set((users::password_hash.eq(new), users::updated_at.eq(dsl::now)))
                    .execute(conn)
                    .await?;
            }
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "session.started",
                subject: Some(user.to_string()),
                details: serde_json::json!({}),
                ip,
            };
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await
}
