//! `GET` and `PATCH /api/organization`: the session's own.

use super::{entry, rows, update};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::ApiResult;
use actix_web::web;
use chrono::Utc;
use db::partitions::Partitioned;
use db::schema::organizations::dsl;
use db::{Conn, audit};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::customer::{OwnOrganization, UpdateOrganization, UpdateOwnOrganization};
use shared::organization::Organization;
use shared::permission::needs;

/// With its limits and what of them is used.
pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::OrganizationView>,
) -> ApiResult<web::Json<OwnOrganization>> {
    let own = caller.principal().organization.clone();
    app.db
        .tenant(caller.scope(), async move |conn| load(conn, own).await)
        .await
        .map(web::Json)
}

/// Name, contact address and time zone; the slug and the limits belong to whoever stands above.
pub async fn edit(
    app: web::Data<App>,
    caller: Caller<needs::OrganizationEdit>,
    Json(request): Json<UpdateOwnOrganization>,
) -> ApiResult<web::Json<OwnOrganization>> {
    let request = UpdateOrganization::from(request);
    update::check(&request)?;
    let own = caller.principal().organization.clone();
    let entry = entry(&caller, "organization.updated", own.id, json!(request));
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let changed = app
        .db
        .tenant(caller.scope(), async move |conn| {
            update::write(conn, own.id, &request).await?;
            audit::record(conn, entry).await?;
            load(conn, own).await
        })
        .await?;
    app.principals.forget_all();
    Ok(web::Json(changed))
}

async fn load(conn: &mut Conn, own: Organization) -> ApiResult<OwnOrganization> {
    let (name, timezone, contact_email) = dsl::organizations
        .find(own.id.0)
        .select((dsl::name, dsl::timezone, dsl::contact_email))
        .first::<(String, String, Option<String>)>(conn)
        .await?;
    Ok(OwnOrganization {
        allowance: rows::allowance(conn, own.id).await?,
        organization: Organization {
            name,
            timezone,
            ..own
        },
        contact_email,
    })
}
