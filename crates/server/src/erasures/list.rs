//! `GET /api/erasures` and `GET /api/erasures/{id}`.

use super::row;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use serde::Deserialize;
use shared::erasure::Erasure;
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::permission::needs;
use shared::{ErasureId, Page};

#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Newest first; certificates are left out, they have a page of their own.
pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::CallsDelete>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<Erasure>>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::field(
            "limit",
            format!("Ask for 1 to {MAX_LIMIT} erasures"),
        ));
    }
    let before = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => Some(cursor.parse::<i64>().map_err(|_not_ours| {
            ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was")
        })?),
    };
    let at_most = i32::try_from(limit + 1).unwrap_or(i32::MAX);
    let mut items = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            Ok(row::load(conn, None, before, at_most).await?)
        })
        .await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > shown;
    items.truncate(shown);
    for item in &mut items {
        item.certificate = None;
    }
    let next_cursor = items.last().filter(|_| more).map(|item| item.number.to_string());
    Ok(web::Json(Page { items, next_cursor }))
}

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::CallsDelete>,
    id: web::Path<ErasureId>,
) -> ApiResult<web::Json<Erasure>> {
    let id = *id;
    app.db
        .tenant(caller.scope(), async move |conn| row::one(conn, id).await)
        .await
        .map(web::Json)
}
