//! `GET /api/phone-numbers`: by number.

use super::rows::{self, Wanted};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::error::ApiResult;
use crate::keyset::Place;
use actix_web::web;
use serde::Deserialize;
use shared::number::PhoneNumber;
use shared::permission::needs;
use shared::{Page, Permission};

#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    /// Part of number, label, agent or organization.
    q: Option<String>,
}

/// Those of the organizations below too, for who may see these.
pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::NumbersList>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<PhoneNumber>>> {
    let place = Place::read(query.limit, query.cursor.as_deref(), "phone numbers")?;
    let wanted = Wanted {
        below: caller.may(Permission::OrganizationsList),
        text: query.q.unwrap_or_default().trim().replace('\0', " "),
        after: place.after.clone(),
        only: None,
        at_most: place.at_most(),
    };
    let items = app
        .db
        .tenant(caller.scope(), async move |conn| rows::load(conn, wanted).await)
        .await?;
    Ok(web::Json(place.page(items, |row| (&row.number, row.id.0))))
}
