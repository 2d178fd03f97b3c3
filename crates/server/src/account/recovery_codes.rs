//! `POST /api/account/recovery-codes`: new ones; those before are worth nothing from now on.

use super::entry;
use crate::app::App;
use crate::auth::{ConfirmedUser, totp};
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::diesel::{self, ExpressionMethods, QueryDsl};
use db::diesel_async::RunQueryDsl;
use db::partitions::Partitioned;
use db::schema::recovery_codes as table;
use db::{Conn, audit};
use serde_json::json;
use shared::account::RecoveryCodes;
use shared::{ErrorCode, UserId};

pub async fn create(app: web::Data<App>, caller: ConfirmedUser) -> ApiResult<web::Json<RecoveryCodes>> {
    if !caller.principal.has_second_factor {
        return Err(ApiError::because(
            ErrorCode::Conflict,
            "There is no second factor for which they would be",
        ));
    }
    let user = caller.user();
    let entry = entry(&caller, "account.recovery_codes_made", json!({}));
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let codes = app
        .db
        .tenant(caller.scope(), async move |conn: &mut Conn| {
            let codes = renew(conn, user).await?;
            audit::record(conn, entry).await?;
            Ok::<_, ApiError>(codes)
        })
        .await?;
    Ok(web::Json(RecoveryCodes { codes }))
}

/// Replaces them.
///
/// # Errors
/// The database's.
pub(super) async fn renew(conn: &mut Conn, user: UserId) -> Result<Vec<String>, diesel::result::Error> {
    let codes = totp::recovery_codes();
    diesel::delete(table::table.filter(table::user_id.eq(user.0)))
        .execute(conn)
        .await?;
    let rows: Vec<_> = codes
        .iter()
        .map(|code| {
            (
                table::user_id.eq(user.0),
                table::code_hash.eq(totp::recovery_hash(code).to_vec()),
            )
        })
        .collect();
    diesel::insert_into(table::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(codes)
}
