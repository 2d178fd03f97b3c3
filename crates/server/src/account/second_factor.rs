//! `POST`, `PUT` and `DELETE /api/account/second-factor`: begun, confirmed by a first code, removed.

use super::{codes, entry, recovery_codes};
use crate::app::App;
use crate::auth::body::Json;
use crate::auth::{ConfirmedUser, SignedIn, totp};
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::diesel::{self, ExpressionMethods, OptionalExtension, QueryDsl, dsl};
use db::diesel_async::RunQueryDsl;
use db::partitions::Partitioned;
use db::schema::{recovery_codes as codes_table, second_factors, users};
use db::{Conn, audit};
use secrecy::ExposeSecret;
use serde_json::json;
use shared::ErrorCode;
use shared::account::{Code, Enrolment, RecoveryCodes};

/// A new secret. Until a code of it was shown it is worth nothing, and beginning anew replaces it.
pub async fn begin(app: web::Data<App>, caller: ConfirmedUser) -> ApiResult<web::Json<Enrolment>> {
    let user = caller.principal.user.clone();
    let secret = totp::new_secret();
    let sealed = app
        .sealer
        .seal(&secret, user.id.0)
        .map_err(|error| ApiError::internal(format!("second factor: {error}")))?;
    app.db
        .tenant(caller.scope(), async move |conn: &mut Conn| {
            let begun = diesel::insert_into(second_factors::table)
                .values((
                    second_factors::user_id.eq(user.id.0),
                    second_factors::secret_sealed.eq(&sealed),
                ))
                .on_conflict(second_factors::user_id)
                .do_nothing()
                .execute(conn)
                .await?;
            let unconfirmed = second_factors::table
                .find(user.id.0)
                .filter(second_factors::confirmed_at.is_null());
            let replaced = diesel::update(unconfirmed)
                .set((
                    second_factors::secret_sealed.eq(&sealed),
                    second_factors::created_at.eq(dsl::now),
                ))
                .execute(conn)
                .await?;
            if begun == 0 && replaced == 0 {
                return Err(ApiError::because(
                    ErrorCode::Conflict,
                    "There is a second factor already. Remove it first to set up another one.",
                ));
            }
            Ok(())
        })
        .await?;
    // Under this name the code stands in the app.
    let brand = app.brands.shown(Some(caller.principal.organization.id)).await;
    let uri = totp::uri(
        &secret,
        &brand.look.app_name,
        caller.principal.user.email.as_str(),
    );
    Ok(web::Json(Enrolment {
        secret: secret.expose_secret().to_owned(),
        qr_svg: totp::picture(&uri)?,
        uri,
    }))
}

/// The app has the secret: it shows a right code. From now on it is asked for; the recovery codes are in this reply and nowhere else.
pub async fn confirm(
    app: web::Data<App>,
    caller: SignedIn,
    Json(body): Json<Code>,
) -> ApiResult<web::Json<RecoveryCodes>> {
    let digits = totp::digits(&body.code)
        .ok_or_else(|| ApiError::field("code", "Enter the 6 digits that the app shows"))?;
    let (user, shared) = (caller.user(), App::clone(&app));
    let entry = entry(&caller, "account.second_factor_set_up", json!({}));
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let codes = app
        .db
        .tenant(caller.scope(), async move |conn: &mut Conn| {
            let sealed: Option<Vec<u8>> = second_factors::table
                .find(user.0)
                .filter(second_factors::confirmed_at.is_null())
                .select(second_factors::secret_sealed)
                .for_update()
                .first(conn)
                .await
                .optional()?;
            let sealed = sealed.ok_or_else(|| {
                ApiError::because(ErrorCode::Conflict, "Begin setting up the second factor first")
            })?;
            let step = codes::step(&codes::open(&shared, user, &sealed)?, &digits)?.ok_or_else(|| {
                ApiError::field(
                    "code",
                    "The code is wrong. Look whether the clock of the phone is right",
                )
            })?;
            diesel::update(second_factors::table.find(user.0))
                .set((
                    second_factors::confirmed_at.eq(dsl::now),
                    second_factors::last_step.eq(step),
                ))
                .execute(conn)
                .await?;
            diesel::update(users::table.find(user.0))
                .set((
                    users::second_factor_at.eq(dsl::now),
                    users::updated_at.eq(dsl::now),
                ))
                .execute(conn)
                .await?;
            let codes = recovery_codes::renew(conn, user).await?;
            audit::record(conn, entry).await?;
            Ok::<_, ApiError>(codes)
        })
        .await?;
    app.principals.forget_all();
    Ok(web::Json(RecoveryCodes { codes }))
}

/// Removes it, unless the role asks for one.
pub async fn remove(app: web::Data<App>, caller: ConfirmedUser) -> ApiResult<HttpResponse> {
    if caller.principal.needs_second_factor {
        return Err(ApiError::because(
            ErrorCode::PermissionDenied,
            "Your role asks for a second factor. To move it to another phone, ask whoever helps members with sign-in to reset it.",
        ));
    }
    let user = caller.user();
    let entry = entry(&caller, "account.second_factor_removed", json!({}));
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    app.db
        .tenant(caller.scope(), async move |conn: &mut Conn| {
            diesel::delete(codes_table::table.filter(codes_table::user_id.eq(user.0)))
                .execute(conn)
                .await?;
            let removed = diesel::delete(second_factors::table.find(user.0))
                .execute(conn)
                .await?;
            if removed == 0 {
                return Err(ApiError::not_found());
            }
            diesel::update(users::table.find(user.0))
                .set((
                    users::second_factor_at.eq(None::<chrono::DateTime<Utc>>),
                    users::updated_at.eq(dsl::now),
                ))
                .execute(conn)
                .await?;
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await?;
    app.principals.forget_all();
    Ok(HttpResponse::NoContent().finish())
}
