//! `GET /api/organizations`: those directly below, by name, with their health at a glance.

use super::rows::{self, Wanted};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use shared::Page;
use shared::customer::OrganizationSummary;
use shared::organization::OrganizationStatus;
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::permission::needs;
use uuid::Uuid;

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
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let text = format!("Ask for 1 to {MAX_LIMIT} organizations");
        return Err(ApiError::field("limit", text));
    }
    let after = query.cursor.as_deref().map(|cursor| {
        decode(cursor)
            .ok_or_else(|| ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was"))
    });
    let wanted = Wanted {
        after: after.transpose()?,
        text: query.q.unwrap_or_default().trim().replace('\0', " "),
        status: query.status,
        only: None,
        at_most: i32::try_from(limit).unwrap_or(i32::MAX).saturating_add(1),
    };
    let mut items = app
        .db
        .tenant(caller.scope(), async move |conn| rows::below(conn, wanted).await)
        .await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > shown;
    items.truncate(shown);
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|last| encode(&last.name, last.id.0));
    Ok(web::Json(Page { items, next_cursor }))
}

fn encode(name: &str, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{name}", id.simple()))
}

fn decode(cursor: &str) -> Option<(String, Uuid)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (id, name) = text.split_once('.')?;
    Some((name.to_owned(), id.parse().ok()?)).filter(|(name, _)| !name.contains('\0'))
}
