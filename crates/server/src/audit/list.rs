//! `GET /api/audit`: newest first, keyset-paged by number.

use super::query::Wanted;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use serde::Deserialize;
use shared::Page;
use shared::audit::{AuditEntry, AuditFilter};
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::permission::needs;

#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    #[serde(flatten)]
    filter: AuditFilter,
}

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::AuditView>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<AuditEntry>>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::field(
            "limit",
            format!("Ask for 1 to {MAX_LIMIT} entries"),
        ));
    }
    let before = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => Some(cursor.parse::<i64>().map_err(|_not_ours| {
            ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was")
        })?),
    };
    let wanted = Wanted::of(query.filter, caller.timezone())?;
    let mut items = app
        .db
        .tenant(caller.scope(), async move |conn| -> ApiResult<_> {
            Ok(wanted.read(conn, before, i64::from(limit) + 1).await?)
        })
        .await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > shown;
    items.truncate(shown);
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|entry| entry.sequence.to_string());
    Ok(web::Json(Page { items, next_cursor }))
}
