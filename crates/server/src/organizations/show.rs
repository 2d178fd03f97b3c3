//! `GET /api/organizations/{id}`

use super::rows::{self, Wanted};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::organizations::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::customer::OrganizationDetail;
use shared::permission::needs;

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::OrganizationsList>,
    id: web::Path<OrganizationId>,
) -> ApiResult<web::Json<OrganizationDetail>> {
    let id = *id;
    app.db
        .tenant(caller.scope(), async move |conn| detail(conn, id).await)
        .await
        .map(web::Json)
}

/// One directly below the current organization.
///
/// # Errors
/// `NotFound`, or the database's.
pub async fn detail(conn: &mut Conn, id: OrganizationId) -> ApiResult<OrganizationDetail> {
    let wanted = Wanted {
        only: Some(id),
        at_most: 1,
        ..Wanted::default()
    };
    let summary = rows::below(conn, wanted)
        .await?
        .pop()
        .ok_or_else(ApiError::not_found)?;
    let (note, status_changed_at) = dsl::organizations
        .find(id.0)
        .select((dsl::note, dsl::status_changed_at))
        .first::<(String, Option<DateTime<Utc>>)>(conn)
        .await?;
    Ok(OrganizationDetail {
        summary,
        note,
        status_changed_at,
        allowance: rows::allowance(conn, id).await?,
    })
}
