//! `GET /api/calls`: the call log, newest first, keyset-paged.

use super::cursor::Place;
use super::limited::Limited;
use super::query::ListQuery;
use super::rows::{self, CallRow};
use super::search::{self, Words};
use super::visibility::Visibility;
use super::work;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use crate::zone;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Duration, Utc};
use db::diesel::pg::Pg;
use db::diesel::prelude::*;
use db::diesel::{self};
use db::diesel_async::{AsyncPgConnection, RunQueryDsl};
use db::schema::calls;
use shared::call::{CallFilter, CallSummary};
use shared::permission::needs;
use shared::work::WorkFilter;
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
        .transpose()?;
    let span = Span::of(&query, caller.timezone());
    let page = app
        .db
        .tenant(caller.scope(), async move |conn| -> ApiResult<_> {
            let rows = find(conn, &query, span, words.as_ref()).await?;
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
pub fn allowed(filter: &CallFilter, may: impl Fn(Permission) -> bool) -> ApiResult<()> {
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
    pub fn of(query: &ListQuery, zone: chrono_tz::Tz) -> Self {
        Self {
            from: query.filter.from.map(|date| zone::day_start(zone, date)),
            to: query
                .filter
                .to
                .map(|date| zone::day_start(zone, date + Duration::days(1))),
        }
    }
}

/// Rows of one page and one more, newest first; the one more tells whether there is a next page.
///
/// # Errors
/// The database's own.
pub async fn find(
    conn: &mut AsyncPgConnection,
    query: &ListQuery,
    span: Span,
    words: Option<&Words>,
) -> QueryResult<Vec<CallRow>> {
    if search::is_plain(&query.filter) {
        return plain(conn, query, span).await;
    }
    let words = words.cloned().unwrap_or_default();
    if query.filter.work == WorkFilter::default() {
        return search::search(conn, query, span, words).await;
    }
    // The function that finds words and values knows nothing of what people made of calls: its hits are sifted, some at a time.
    let wanted = usize::try_from(query.limit + 1).unwrap_or(usize::MAX);
    let (mut found, mut part) = (Vec::new(), query.clone());
    part.limit = SIFTED;
    loop {
        let hits = search::search(conn, &part, span, words.clone()).await?;
        let is_last = i64::try_from(hits.len()).unwrap_or(i64::MAX) <= SIFTED;
        let Some(last) = hits.last() else {
            return Ok(found);
        };
        part.after = Some(Place {
            started_at: last.started_at,
            id: last.id,
        });
        found.extend(work::filter::retain(conn, hits, &query.filter.work).await?);
        if is_last || found.len() >= wanted {
            found.truncate(wanted);
            return Ok(found);
        }
    }
}

/// How many calls the filters leave; `None` where no index of `calls` answers them: what is searched is not counted.
///
/// # Errors
/// The database's own.
pub async fn count(conn: &mut AsyncPgConnection, query: &ListQuery, span: Span) -> QueryResult<Option<i64>> {
    if !search::is_plain(&query.filter) {
        return Ok(None);
    }
    let rows = calls::table.select(diesel::dsl::count_star()).into_boxed();
    narrow(rows, query, span).first(conn).await.map(Some)
}

/// Hits of a search that are sifted at a time.
const SIFTED: i64 = 500;

/// Filters that an index answers.
fn narrow<'a, ST>(
    mut rows: calls::BoxedQuery<'a, Pg, ST>,
    query: &ListQuery,
    span: Span,
) -> calls::BoxedQuery<'a, Pg, ST> {
    let filter = &query.filter;
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
    work::filter::narrow(rows, &filter.work)
}

async fn plain(conn: &mut AsyncPgConnection, query: &ListQuery, span: Span) -> QueryResult<Vec<CallRow>> {
    let rows = calls::table.select(CallRow::as_select()).into_boxed();
    let newest_first = narrow(rows, query, span).order((calls::started_at.desc(), calls::id.desc()));
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
