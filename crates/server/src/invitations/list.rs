//! `GET /api/members/invitations` and `GET /api/agencies/invitations`, newest first.

use super::rows::{self, Row, Wanted};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::calls::cursor::Place;
use crate::error::{ApiError, ApiResult};
use crate::organizations::must_be_platform;
use actix_web::web;
use serde::Deserialize;
use shared::Page;
use shared::invitation::Invitation;
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::permission::needs;

#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
}

pub async fn of_members(
    app: web::Data<App>,
    caller: Caller<needs::MembersInvite>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<Invitation>>> {
    page(&app, caller.scope(), true, query).await
}

pub async fn of_agencies(
    app: web::Data<App>,
    caller: Caller<needs::AgenciesInvite>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<Invitation>>> {
    must_be_platform(caller.principal())?;
    page(&app, caller.scope(), false, query).await
}

async fn page(
    app: &App,
    scope: db::Scope,
    members: bool,
    query: ListQuery,
) -> ApiResult<web::Json<Page<Invitation>>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::field(
            "limit",
            format!("Ask for 1 to {MAX_LIMIT} invitations"),
        ));
    }
    let after = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => Some(Place::decode(cursor).ok_or_else(|| {
            ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was")
        })?),
    };
    let wanted = Wanted {
        members,
        only: None,
        after,
        limit: i64::from(limit) + 1,
    };
    let mut rows = app
        .db
        .tenant::<_, ApiError, _>(scope, async move |conn| rows::load(conn, wanted).await)
        .await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let last = rows.last().filter(|_| has_more);
    let next_cursor = last.map(|last| last.place().encode());
    let items = rows
        .into_iter()
        .map(Row::invitation)
        .collect::<ApiResult<Vec<_>>>()?;
    Ok(web::Json(Page { items, next_cursor }))
}
