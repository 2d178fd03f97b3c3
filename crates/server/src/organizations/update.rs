//! `PATCH /api/organizations/{id}`

use super::{entry, refusal, show, zone};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::organizations::{self, dsl};
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::OrganizationId;
use shared::customer::{OrganizationDetail, UpdateOrganization};
use shared::permission::needs;

pub async fn update(
    app: web::Data<App>,
    caller: Caller<needs::OrganizationsEdit>,
    id: web::Path<OrganizationId>,
    Json(request): Json<UpdateOrganization>,
) -> ApiResult<web::Json<OrganizationDetail>> {
    let id = *id;
    check(&request)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let entry = entry(&caller, "organization.updated", id, json!(request));
    let detail = app
        .db
        .tenant(caller.scope(), async move |conn| {
            // Only what lies directly below is found.
            show::detail(conn, id).await?;
            write(conn, id, &request).await?;
            audit::record(conn, entry).await?;
            show::detail(conn, id).await
        })
        .await?;
    // Name and zone stand in what is remembered of its members.
    app.principals.forget_all();
    Ok(web::Json(detail))
}

/// # Errors
/// What is wrong with each field.
pub fn check(request: &UpdateOrganization) -> ApiResult<()> {
    request.validate().map_err(ApiError::Invalid)?;
    request.timezone.as_deref().map_or(Ok(()), zone::check)
}

#[derive(AsChangeset)]
#[diesel(table_name = organizations)]
struct Changes<'a> {
    name: Option<&'a str>,
    slug: Option<&'a str>,
    timezone: Option<&'a str>,
    contact_email: Option<Option<&'a str>>,
    note: Option<&'a str>,
    updated_at: chrono::DateTime<Utc>,
}

/// Changes what is named.
///
/// # Errors
/// The database's, and a slug that is taken.
pub async fn write(conn: &mut Conn, id: OrganizationId, request: &UpdateOrganization) -> ApiResult<()> {
    let contact = request.contact_email.as_deref().map(str::trim);
    let changes = Changes {
        name: request.name.as_deref().map(str::trim),
        slug: request.slug.as_deref(),
        timezone: request.timezone.as_deref(),
        contact_email: contact.map(|text| Some(text).filter(|text| !text.is_empty())),
        note: request.note.as_deref(),
        updated_at: Utc::now(),
    };
    diesel::update(dsl::organizations.find(id.0))
        .set(changes)
        .execute(conn)
        .await
        .map_err(refusal)?;
    Ok(())
}
