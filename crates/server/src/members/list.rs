//! `GET /api/members`: who belongs to the organization, by name.

use super::row::{self, Wanted};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use shared::Page;
use shared::member::Member;
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::permission::needs;
use uuid::Uuid;

#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    /// Part of the name or of the address.
    q: Option<String>,
}

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::MembersList>,
    query: web::Query<ListQuery>,
) -> ApiResult<web::Json<Page<Member>>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::field(
            "limit",
            format!("Ask for 1 to {MAX_LIMIT} members"),
        ));
    }
    let after = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => {
            let place = decode(cursor);
            Some(place.ok_or_else(|| {
                ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was")
            })?)
        }
    };
    let wanted = Wanted {
        user: None,
        text: query.q.clone().unwrap_or_default().replace('\0', " "),
        after,
        limit: i64::from(limit) + 1,
    };
    let mut found = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| row::load(conn, wanted).await)
        .await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let items: Vec<Member> = found.into_iter().map(|found| found.member).collect();
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|last| URL_SAFE_NO_PAD.encode(format!("{}.{}", last.id.0.simple(), last.name)));
    Ok(web::Json(Page { items, next_cursor }))
}

fn decode(cursor: &str) -> Option<(String, Uuid)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (id, name) = text.split_once('.')?;
    Some((name.to_owned(), id.parse().ok()?)).filter(|(name, _)| !name.contains('\0'))
}
