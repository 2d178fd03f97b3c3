//! `POST /api/calls/{id}/summary`: another summary of one call.

use super::job::Summarize;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::calls;
use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::call::CallStatus;
use shared::live::LiveEvent;
use shared::permission::needs;
use shared::{CallId, ErrorCode};

/// What a server without a key answers.
pub fn no_key() -> ApiError {
    let text = "This server has no key for Mistral, so the provider's own summaries are shown. Whoever runs it sets MISTRAL_API_KEY.";
    ApiError::because(ErrorCode::SummariesOff, text)
}

/// 202: it is made in a moment, and told live. Asked again while one is being made, it is the same one.
pub async fn again(
    app: web::Data<App>,
    caller: Caller<needs::CallsSummarize>,
    id: web::Path<CallId>,
) -> ApiResult<HttpResponse> {
    let (id, organization, has_key) = (*id, caller.organization(), app.summaries.client().is_some());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let (started_at, status): (DateTime<Utc>, String) = calls::table
                .filter(calls::id.eq(id.0))
                .select((calls::started_at, calls::status))
                .first(conn)
                .await
                .optional()?
                .ok_or_else(ApiError::not_found)?;
            if !has_key {
                return Err(no_key());
            }
            if !CallStatus::parse(&status).is_some_and(CallStatus::is_final) {
                let text = "The call is not over yet. It is summarized when it has ended.";
                return Err(ApiError::because(ErrorCode::Conflict, text));
            }
            want(conn, id, started_at).await?;
            let job = Summarize { call_id: id };
            job.queue(conn, organization, Summarize::PRIORITY_OF_ONE)
                .await
                .map_err(ApiError::internal)?;
            db::live::publish(conn, &LiveEvent::CallUpdated { call_id: id }).await?;
            Ok(())
        })
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Makes the row pending, as one more generation unless it is pending already.
async fn want(conn: &mut Conn, call: CallId, started_at: DateTime<Utc>) -> Result<(), diesel::result::Error> {
    diesel::sql_query(
        "INSERT INTO call_summaries AS s (organization_id, call_id, started_at, state, generation)
         VALUES (current_organization(), $1, $2, 'pending', 1)
         ON CONFLICT (organization_id, started_at, call_id) DO UPDATE SET
             state = 'pending', generation = s.generation + 1, attempts = 0, error = NULL, next_try_at = NULL, run_id = NULL,
             updated_at = now()
         WHERE s.state <> 'pending'",
    )
    .bind::<SqlUuid, _>(call.0)
    .bind::<Timestamptz, _>(started_at)
    .execute(conn)
    .await
    .map(drop)
}
