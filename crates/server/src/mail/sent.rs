//! `GET /api/platform/mail`: mail that was sent or could not be, of every organization, newest first.

use crate::app::App;
use crate::auth::Caller;
use crate::auth::query::Query;
use crate::calls::cursor::Place;
use crate::error::{ApiError, ApiResult};
use crate::organizations::must_be_platform;
use actix_web::web;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use shared::mail::{MailState, SentMail};
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::permission::needs;
use shared::{MailId, Page};
use uuid::Uuid;

#[derive(Deserialize)]
pub struct SentQuery {
    limit: Option<u32>,
    cursor: Option<String>,
    /// Part of the recipient or the subject.
    q: Option<String>,
    state: Option<String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    organization_name: String,
    #[diesel(sql_type = Text)]
    recipient: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    settled_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    can_retry: bool,
}

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::PlatformMail>,
    Query(query): Query<SentQuery>,
) -> ApiResult<web::Json<Page<SentMail>>> {
    must_be_platform(caller.principal())?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::field(
            "limit",
            format!("Ask for 1 to {MAX_LIMIT} mails"),
        ));
    }
    let state = match query.state.as_deref().filter(|state| !state.is_empty()) {
        None => None,
        Some(state) => Some(
            MailState::parse(state)
                .ok_or_else(|| ApiError::field("state", "Write waiting, sent, failed or kept"))?,
        ),
    };
    let after = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => Some(Place::decode(cursor).ok_or_else(|| {
            ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was")
        })?),
    };
    let text = query.q.unwrap_or_default().replace('\0', " ");
    let asked = i32::try_from(limit).map_err(ApiError::internal)? + 1;
    let mut rows = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            diesel::sql_query("SELECT * FROM sent_mail($1, $2, $3, $4, $5)")
                .bind::<Nullable<Text>, _>(state.map(MailState::as_str))
                .bind::<Text, _>(text.trim())
                .bind::<Nullable<Timestamptz>, _>(after.map(|place| place.started_at))
                .bind::<Nullable<SqlUuid>, _>(after.map(|place| place.id))
                .bind::<Integer, _>(asked)
                .load::<Row>(conn)
                .await
                .map_err(ApiError::from)
        })
        .await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let last = rows.last().filter(|_| has_more);
    let next_cursor = last.map(|last| {
        Place {
            started_at: last.created_at,
            id: last.id,
        }
        .encode()
    });
    let items = rows.into_iter().map(Row::mail).collect::<ApiResult<Vec<_>>>()?;
    Ok(web::Json(Page { items, next_cursor }))
}

impl Row {
    fn mail(self) -> ApiResult<SentMail> {
        Ok(SentMail {
            id: MailId(self.id),
            organization: self.organization_name,
            recipient: self.recipient,
            kind: self.kind,
            subject: self.subject,
            state: MailState::parse(&self.state)
                .ok_or_else(|| ApiError::internal(format!("unknown state of mail {}", self.state)))?,
            attempts: self.attempts,
            last_error: self.last_error,
            created_at: self.created_at,
            settled_at: self.settled_at,
            can_retry: self.can_retry,
        })
    }
}
