//! `PUT` and `DELETE /api/branding`.

use super::{erase::EraseBrandPictures, show, upload};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::organization_branding::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::branding::{Branding, OwnBranding, Picture};
use shared::permission::needs;

/// Everything but the pictures, which have addresses of their own. What is left out is as above.
pub async fn put(
    app: web::Data<App>,
    caller: Caller<needs::BrandingEdit>,
    Json(request): Json<OwnBranding>,
) -> ApiResult<web::Json<Branding>> {
    let wanted = request.cleaned().map_err(ApiError::Invalid)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let organization = caller.organization();
    let entry = upload::entry(&caller, "branding.changed", json!(wanted));
    let changed = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let values = (
                dsl::app_name.eq(wanted.app_name),
                dsl::colour.eq(wanted.colour),
                dsl::sender_name.eq(wanted.sender_name),
                dsl::support_url.eq(wanted.support_url),
                dsl::docs_url.eq(wanted.docs_url),
                dsl::sign_in_title.eq(wanted.sign_in_title),
                dsl::sign_in_text.eq(wanted.sign_in_text),
                dsl::hides_platform.eq(wanted.hides_platform),
                dsl::updated_at.eq(diesel::dsl::now),
            );
            diesel::insert_into(dsl::organization_branding)
                .values((dsl::organization_id.eq(organization.0), values.clone()))
                .on_conflict(dsl::organization_id)
                .do_update()
                .set(values)
                .execute(conn)
                .await?;
            audit::record(conn, entry).await?;
            show::load(conn, organization).await
        })
        .await?;
    app.brands.forget_all();
    Ok(web::Json(changed))
}

/// Everything as above again, pictures included.
pub async fn reset(
    app: web::Data<App>,
    caller: Caller<needs::BrandingEdit>,
) -> ApiResult<web::Json<Branding>> {
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let organization = caller.organization();
    let entry = upload::entry(&caller, "branding.reset", json!({}));
    let changed = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let files = diesel::delete(dsl::organization_branding.find(organization.0))
                .returning((dsl::logo, dsl::logo_dark, dsl::favicon))
                .get_result::<(Option<String>, Option<String>, Option<String>)>(conn)
                .await
                .optional()?;
            let (logo, logo_dark, favicon) = files.unwrap_or_default();
            let gone = [logo, logo_dark, favicon].into_iter().flatten().collect();
            EraseBrandPictures::queue(conn, organization, gone).await?;
            audit::record(conn, entry).await?;
            show::load(conn, organization).await
        })
        .await?;
    app.brands.forget_all();
    Ok(web::Json(changed))
}

/// Shows `file` in the place of `picture`, or nothing, and returns what was shown before.
///
/// # Errors
/// The database's.
pub(super) async fn set_picture(
    conn: &mut db::Conn,
    organization: shared::OrganizationId,
    picture: Picture,
    file: Option<String>,
) -> QueryResult<Option<String>> {
    use dsl::{favicon, logo, logo_dark, organization_branding, organization_id, updated_at};
    diesel::insert_into(organization_branding)
        .values(organization_id.eq(organization.0))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    let own = organization_branding.find(organization.0);
    let (was_logo, was_dark, was_favicon) = own
        .select((logo, logo_dark, favicon))
        .for_update()
        .first::<(Option<String>, Option<String>, Option<String>)>(conn)
        .await?;
    let now = updated_at.eq(diesel::dsl::now);
    let (before, change) = match picture {
        Picture::Logo => (
            was_logo,
            diesel::update(own).set((logo.eq(file), now)).execute(conn).await,
        ),
        Picture::LogoDark => (
            was_dark,
            diesel::update(own)
                .set((logo_dark.eq(file), now))
                .execute(conn)
                .await,
        ),
        Picture::Favicon => (
            was_favicon,
            diesel::update(own)
                .set((favicon.eq(file), now))
                .execute(conn)
                .await,
        ),
    };
    change.map(|_| before)
}
