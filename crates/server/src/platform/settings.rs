//! `GET` and `PUT /api/platform/settings`.

use super::Rules;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use crate::mail;
use crate::organizations::must_be_platform;
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::platform_settings::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::permission::needs;
use shared::platform::PlatformSettings;

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::PlatformSettings>,
) -> ApiResult<web::Json<PlatformSettings>> {
    must_be_platform(caller.principal())?;
    let rules = Rules::load(&mut *app.db.connection().await?).await?;
    Ok(web::Json(rules.settings))
}

/// Opening the registration needs a way to send mail: it goes on by a link only.
pub async fn set(
    app: web::Data<App>,
    caller: Caller<needs::PlatformSettings>,
    Json(request): Json<PlatformSettings>,
) -> ApiResult<web::Json<PlatformSettings>> {
    must_be_platform(caller.principal())?;
    request.validate().map_err(ApiError::Invalid)?;
    if request.registration_open {
        mail::must_be_ready(&app)?;
    }
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (organization, user, ip) = (caller.organization(), caller.user(), caller.ip());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let before = Rules::load(conn).await?.settings;
            let values = (
                dsl::registration_open.eq(request.registration_open),
                dsl::registration_commission_basis_points.eq(request.registration_commission_basis_points),
                dsl::invitation_days.eq(request.invitation_days),
                dsl::updated_at.eq(Utc::now()),
            );
            diesel::insert_into(dsl::platform_settings)
                .values((dsl::organization_id.eq(organization.0), values))
                .on_conflict(dsl::organization_id)
                .do_update()
                .set(values)
                .execute(conn)
                .await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "platform.settings_changed",
                subject: Some(organization.to_string()),
                details: json!({ "before": before, "after": request }),
                ip,
            };
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await?;
    app.platform_rules.forget();
    Ok(web::Json(request))
}
