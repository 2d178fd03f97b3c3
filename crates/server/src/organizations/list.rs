//! `GET /api/organizations`: those directly below, by name, with their health at a glance.

use super::rows::{self, Wanted};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::error::ApiResult;
use crate::keyset::Place;
use actix_web::web;
use serde::Deserialize;
use shared::Page;
use shared::customer::OrganizationSummary;
use shared::organization::OrganizationStatus;
use shared::permission::needs;

#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    /// Part of the name or of the slug.
    q: Option<String>,
    /// Without it all but archived ones.
    status: Option<OrganizationStatus>,
}

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::OrganizationsList>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<OrganizationSummary>>> {
    let place = Place::read(query.limit, query.cursor.as_deref(), "organizations")?;
    let wanted = Wanted {
        after: place.after.clone(),
        text: query.q.unwrap_or_default().trim().replace('\0', " "),
        status: query.status,
        only: None,
        at_most: place.at_most(),
    };
    let items = app
        .db
        .tenant(caller.scope(), async move |conn| rows::below(conn, wanted).await)
        .await?;
    Ok(web::Json(place.page(items, |row| (&row.name, row.id.0))))
}
