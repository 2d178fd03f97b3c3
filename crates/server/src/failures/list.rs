//! `GET /api/failures`: newest first, keyset-paged by number.

use super::{NOT_LISTED, label, whose};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use shared::failure::FailedJob;
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::permission::needs;
use shared::{CallId, Page};
use uuid::Uuid;

#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    /// Of this kind only, such as `fetch_recording`.
    name: Option<String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Jsonb)]
    payload: serde_json::Value,
    #[diesel(sql_type = Nullable<Text>)]
    organization: Option<String>,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    finished_at: DateTime<Utc>,
}

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::FailuresView>,
    Query(query): Query<ListQuery>,
) -> ApiResult<web::Json<Page<FailedJob>>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::field(
            "limit",
            format!("Ask for 1 to {MAX_LIMIT} at a time"),
        ));
    }
    let before = match query.cursor.as_deref() {
        None => i64::MAX,
        Some(cursor) => cursor.parse::<i64>().map_err(|_not_ours| {
            ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was")
        })?,
    };
    let name = query
        .name
        .filter(|name| !name.is_empty())
        .map(|name| name.replace('\0', ""));
    let whose = whose(caller.principal());
    let mut rows: Vec<Row> = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            // The platform sees whose it is; anybody else sees his own.
            Ok(diesel::sql_query(
                "SELECT j.id, j.name, j.payload, o.name AS organization, j.attempts, j.last_error, j.created_at, j.finished_at
                 FROM jobs j LEFT JOIN organizations o ON o.id = j.organization_id AND $1 IS NULL
                 WHERE j.state = 'dead' AND j.id < $2 AND j.name <> $3 AND ($4 IS NULL OR j.name = $4)
                   AND ($1 IS NULL OR j.organization_id = $1)
                 ORDER BY j.id DESC LIMIT $5",
            )
            .bind::<Nullable<SqlUuid>, _>(whose)
            .bind::<BigInt, _>(before)
            .bind::<Text, _>(NOT_LISTED)
            .bind::<Nullable<Text>, _>(name)
            .bind::<BigInt, _>(i64::from(limit) + 1)
            .load(conn)
            .await?)
        })
        .await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let items = rows.into_iter().map(Row::job).collect();
    Ok(web::Json(Page { items, next_cursor }))
}

impl Row {
    fn job(self) -> FailedJob {
        let call = self.payload.get("call_id").and_then(|id| id.as_str());
        FailedJob {
            id: self.id,
            label: label(&self.name),
            name: self.name,
            organization: self.organization,
            call_id: call.and_then(|id| id.parse::<Uuid>().ok()).map(CallId),
            attempts: self.attempts,
            error: self.last_error,
            created_at: self.created_at,
            failed_at: self.finished_at,
        }
    }
}
