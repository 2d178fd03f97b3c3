//! What a search found within calls: `GET /api/calls/matches` for rows of the log, `GET /api/calls/{id}/matches` for the page of
//! a call. Apart from the list itself, so that the rows need not wait for it.

use super::pieces::{self, CLOSES, OPENS};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use db::diesel::prelude::*;
use db::diesel::sql_types::{Array, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use db::diesel_async::{AsyncPgConnection, RunQueryDsl};
use db::schema::calls;
use serde::Deserialize;
use shared::CallId;
use shared::call::Speaker;
use shared::call_filter::MAX_TEXT;
use shared::call_search::{CallMatches, MAX_CALLS, ON_PAGE, PER_CALL, TurnMatch};
use shared::permission::needs;
use uuid::Uuid;

/// What was looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Asked {
    q: String,
    said_by: Option<String>,
    /// Ids, separated by commas; of the list only.
    ids: Option<String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
    #[diesel(sql_type = Integer)]
    position: i32,
    #[diesel(sql_type = Text)]
    speaker: String,
    #[diesel(sql_type = Double)]
    at_seconds: f64,
    #[diesel(sql_type = Text)]
    marked: String,
}

pub async fn in_log(
    app: web::Data<App>,
    caller: Caller<needs::CallsTranscript>,
    request: HttpRequest,
) -> ApiResult<web::Json<Vec<CallMatches>>> {
    let query = Asked::parse(request.query_string())?;
    let (text, said_by) = query.checked()?;
    let ids = query.ids()?;
    let rows = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            Ok(find(conn, ids, text, said_by, PER_CALL).await?)
        })
        .await?;
    let mut found: Vec<CallMatches> = Vec::new();
    for row in rows {
        let call_id = CallId(row.call_id);
        let mut turn = row.found();
        turn.pieces = pieces::shortened(turn.pieces);
        match found.last_mut().filter(|last| last.call_id == call_id) {
            Some(last) => last.turns.push(turn),
            None => found.push(CallMatches {
                call_id,
                turns: vec![turn],
            }),
        }
    }
    Ok(web::Json(found))
}

pub async fn in_call(
    app: web::Data<App>,
    caller: Caller<needs::CallsTranscript>,
    path: web::Path<CallId>,
    request: HttpRequest,
) -> ApiResult<web::Json<Vec<TurnMatch>>> {
    let query = Asked::parse(request.query_string())?;
    let id = path.into_inner();
    let (text, said_by) = query.checked()?;
    let rows = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let known: i64 = calls::table
                .filter(calls::id.eq(id.0))
                .count()
                .get_result(conn)
                .await?;
            if known == 0 {
                return Err(ApiError::not_found());
            }
            Ok(find(conn, vec![id.0], text, said_by, ON_PAGE).await?)
        })
        .await?;
    Ok(web::Json(rows.into_iter().map(Row::found).collect()))
}

impl Asked {
    fn parse(query: &str) -> ApiResult<Self> {
        serde_urlencoded::from_str(query)
            .map_err(|e| ApiError::because(shared::ErrorCode::MalformedRequest, e.to_string()))
    }

    /// Text and speaker.
    fn checked(&self) -> ApiResult<(String, Option<Speaker>)> {
        let text = self.q.replace('\0', " ");
        if text.trim().is_empty() || text.chars().count() > MAX_TEXT {
            return Err(ApiError::field(
                "q",
                format!("Search for 1 to {MAX_TEXT} characters"),
            ));
        }
        let said_by = match self.said_by.as_deref() {
            None => None,
            Some(name) => Some(
                Speaker::parse(name).ok_or_else(|| ApiError::field("said_by", "Use one of caller, agent"))?,
            ),
        };
        Ok((text, said_by))
    }

    fn ids(&self) -> ApiResult<Vec<Uuid>> {
        let wrong = || {
            ApiError::field(
                "ids",
                format!("Name 1 to {MAX_CALLS} calls by their ids, separated by commas"),
            )
        };
        let ids = self.ids.as_deref().unwrap_or_default();
        let ids: Result<Vec<Uuid>, _> = ids.split(',').map(|id| id.trim().parse()).collect();
        let ids = ids.map_err(|_id| wrong())?;
        if ids.len() > MAX_CALLS {
            return Err(wrong());
        }
        Ok(ids)
    }
}

impl Row {
    fn found(self) -> TurnMatch {
        TurnMatch {
            position: self.position,
            speaker: Speaker::parse(&self.speaker).unwrap_or(Speaker::Agent),
            // A float has no whole part beyond what an i32 holds where it is a time within a call.
            at_seconds: self.at_seconds.clamp(0.0, f64::from(i32::MAX)) as i32,
            pieces: pieces::pieces(&self.marked),
        }
    }
}

/// Calls that are not there, or not for this reader, have no matches.
async fn find(
    conn: &mut AsyncPgConnection,
    ids: Vec<Uuid>,
    text: String,
    said_by: Option<Speaker>,
    at_most: i32,
) -> QueryResult<Vec<Row>> {
    let known: Vec<(Uuid, DateTime<Utc>)> = calls::table
        .filter(calls::id.eq_any(ids))
        .select((calls::id, calls::started_at))
        .load(conn)
        .await?;
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) = known.into_iter().unzip();
    diesel::sql_query(
        "SELECT call_id, position, speaker, at_seconds, marked FROM matched_turns($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Timestamptz>, _>(starts)
    .bind::<Text, _>(text)
    .bind::<Nullable<Text>, _>(said_by.map(Speaker::as_str))
    .bind::<Text, _>(OPENS.to_string())
    .bind::<Text, _>(CLOSES.to_string())
    .bind::<Integer, _>(at_most)
    .load(conn)
    .await
}
