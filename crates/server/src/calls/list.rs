//! `GET /api/calls`: the call log, newest first, keyset-paged.

use super::cursor::Place;
use super::limited::Limited;
use super::query::ListQuery;
use super::rows::{self, CallRow};
use super::search;
use super::visibility::Visibility;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use crate::zone;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Duration, Utc};
use db::diesel::prelude::*;
use db::diesel_async::{AsyncPgConnection, RunQueryDsl};
use db::schema::calls;
use shared::call::{CallFilter, CallSummary};
use shared::permission::needs;
use shared::{FieldError, Page, Permission};

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
    request: HttpRequest,
) -> ApiResult<web::Json<Page<CallSummary>>> {
    let query = ListQuery::parse(request.query_string())?;
    let visibility = Visibility::of(&caller);
    allowed(&query.filter, |permission| caller.may(permission))?;
    let words = query
        .filter
        .q
        .as_deref()
        .map(|text| search::words(text, visibility))
        .transpose()?
        .unwrap_or_default();
    let is_plain = search::is_plain(&query.filter);
    let span = Span::of(&query, caller.timezone());
    let page = app
        .db
        .tenant(caller.scope(), async move |conn| -> ApiResult<_> {
            let rows = match is_plain {
                true => plain(conn, &query, span).await?,
                false => search::search(conn, &query, span, words).await?,
            };
            page(conn, rows, query.limit, visibility)
                .await
                .map_err(Into::into)
        })
        .await?;
    Ok(web::Json(page))
}

/// Finding a value is reading it: who may not see it can not filter by it. Texts are judged by [`search::words`], for a number
/// may be looked for by who reads no transcripts.
///
/// # Errors
/// [`ApiError::Invalid`] naming each filter that the reader's role does not open.
fn allowed(filter: &CallFilter, may: impl Fn(Permission) -> bool) -> ApiResult<()> {
    let refused: Vec<FieldError> = filter
        .needs()
        .into_iter()
        .filter(|(field, permission)| *field != "q" && !may(*permission))
        .map(|(field, permission)| {
            let text = format!(
                "Your role does not have the permission \"{}\"",
                permission.label()
            );
            FieldError::new(field, text)
        })
        .collect();
    if refused.is_empty() {
        Ok(())
    } else {
        Err(ApiError::Invalid(refused))
    }
}

/// Half-open range of start times.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

impl Span {
    fn of(query: &ListQuery, zone: chrono_tz::Tz) -> Self {
        Self {
            from: query.filter.from.map(|date| zone::day_start(zone, date)),
            to: query
                .filter
                .to
                .map(|date| zone::day_start(zone, date + Duration::days(1))),
        }
    }
}

/// Filters that an index answers. One row more than asked for tells whether there is a next page.
async fn plain(conn: &mut AsyncPgConnection, query: &ListQuery, span: Span) -> QueryResult<Vec<CallRow>> {
    let filter = &query.filter;
    let mut rows = calls::table.select(CallRow::as_select()).into_boxed();
    if let Some(agent) = filter.agent {
        rows = rows.filter(calls::agent_id.eq(agent.0));
    }
    if let Some(status) = filter.status {
        rows = rows.filter(calls::status.eq(status.as_str()));
    }
    if let Some(outcome) = filter.outcome {
        rows = rows.filter(calls::outcome.eq(outcome.as_str()));
    }
    if let Some(from) = span.from {
        rows = rows.filter(calls::started_at.ge(from));
    }
    if let Some(to) = span.to {
        rows = rows.filter(calls::started_at.lt(to));
    }
    if let Some(after) = query.after {
        // The first condition lets PostgreSQL skip the months that lie after the cursor.
        rows = rows
            .filter(calls::started_at.le(after.started_at))
            .filter(calls::started_at.lt(after.started_at).or(calls::id.lt(after.id)));
    }
    let newest_first = rows.order((calls::started_at.desc(), calls::id.desc()));
    Limited::new(newest_first, query.limit + 1).load(conn).await
}

async fn page(
    conn: &mut AsyncPgConnection,
    mut rows: Vec<CallRow>,
    limit: i64,
    visibility: Visibility,
) -> QueryResult<Page<CallSummary>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| more).map(|row| {
        Place {
            started_at: row.started_at,
            id: row.id,
        }
        .encode()
    });
    Ok(Page {
        items: rows::summaries(conn, rows, visibility).await?,
        next_cursor,
    })
}
