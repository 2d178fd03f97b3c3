//! `GET /api/deliveries`: newest first, keyset-paged by time and id.

use super::Row;
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::calls::cursor::Place;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::schema::webhook_inbox::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use shared::failure::{Delivery, DeliveryState};
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::permission::needs;
use shared::{ConnectionId, Page};

#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    state: Option<String>,
    connection: Option<ConnectionId>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::FailuresView>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<Delivery>>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::field(
            "limit",
            format!("Ask for 1 to {MAX_LIMIT} deliveries"),
        ));
    }
    let state = match query.state.as_deref().filter(|state| !state.is_empty()) {
        None => None,
        Some(state) => Some(
            DeliveryState::parse(state)
                .ok_or_else(|| ApiError::field("state", "Write new, done, ignored or failed"))?,
        ),
    };
    let before = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => Some(Place::decode(cursor).ok_or_else(|| {
            ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was")
        })?),
    };
    let mut rows: Vec<Row> = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let mut wanted = dsl::webhook_inbox
                .select(Row::as_select())
                .order((dsl::received_at.desc(), dsl::id.desc()))
                .limit(i64::from(limit) + 1)
                .into_boxed();
            if let Some(state) = state {
                wanted = wanted.filter(dsl::state.eq(state.as_str()));
            }
            if let Some(connection) = query.connection {
                wanted = wanted.filter(dsl::connection_id.eq(connection.0));
            }
            if let Some(from) = query.from {
                wanted = wanted.filter(dsl::received_at.ge(from));
            }
            if let Some(to) = query.to {
                wanted = wanted.filter(dsl::received_at.lt(to));
            }
            if let Some(place) = before {
                wanted = wanted.filter(
                    dsl::received_at
                        .lt(place.started_at)
                        .or(dsl::received_at.eq(place.started_at).and(dsl::id.lt(place.id))),
                );
            }
            Ok(wanted.load(conn).await?)
        })
        .await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let next_cursor = rows.last().filter(|_| more).map(|row| {
        Place {
            started_at: row.received_at,
            id: row.id,
        }
        .encode()
    });
    let items = rows.into_iter().map(Row::delivery).collect();
    Ok(web::Json(Page { items, next_cursor }))
}
