//! `GET` and `PUT /api/live/settings`: when a running call counts as too long, for the session's organization.

use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::live_settings::dsl;
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::live_wall::{LONG_AFTER, LiveSettings};
use shared::permission::needs;

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::LiveView>,
) -> ApiResult<web::Json<LiveSettings>> {
    let long_after_seconds = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| Ok(load(conn).await?))
        .await?;
    Ok(web::Json(LiveSettings { long_after_seconds }))
}

/// # Errors
/// `invalid` outside of 30 seconds to 24 hours.
pub async fn set(
    app: web::Data<App>,
    caller: Caller<needs::OrganizationEdit>,
    Json(request): Json<LiveSettings>,
) -> ApiResult<web::Json<LiveSettings>> {
    request.validate().map_err(ApiError::Invalid)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let organization = caller.organization();
    let entry = audit::Entry {
        organization,
        user: Some(caller.user()),
        action: "live.settings_changed",
        subject: None,
        details: json!(request),
        ip: caller.ip(),
    };
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let seconds = dsl::long_after_seconds.eq(request.long_after_seconds);
            diesel::insert_into(dsl::live_settings)
                .values((dsl::organization_id.eq(organization.0), seconds))
                .on_conflict(dsl::organization_id)
                .do_update()
                .set((seconds, dsl::updated_at.eq(diesel::dsl::now)))
                .execute(conn)
                .await?;
            audit::record(conn, entry).await?;
            Ok(())
        })
        .await?;
    Ok(web::Json(request))
}

/// Seconds, of the transaction's organization.
///
/// # Errors
/// The database's own.
pub async fn load(conn: &mut Conn) -> Result<i32, diesel::result::Error> {
    let chosen: Option<i32> = dsl::live_settings
        .select(dsl::long_after_seconds)
        .first(conn)
        .await
        .optional()?;
    Ok(chosen.unwrap_or(LONG_AFTER))
}
