//! `GET /api/calls/{id}/summary`

use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::{call_summaries, calls};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::call::CallStatus;
use shared::permission::needs;
use shared::summary::{CallSummaryDetail, Sentiment, Summary, SummaryCost, SummaryState};
use shared::{CallId, Permission};

#[derive(Queryable, Selectable)]
#[diesel(table_name = call_summaries, check_for_backend(diesel::pg::Pg))]
struct Row {
    state: String,
    attempts: i32,
    error: Option<String>,
    next_try_at: Option<DateTime<Utc>>,
    title: Option<String>,
    summary: Option<String>,
    intent: Option<String>,
    topics: Vec<String>,
    action_items: Vec<String>,
    sentiment: Option<String>,
    language: Option<String>,
    model: Option<String>,
    turns_left_out: i32,
    made_at: Option<DateTime<Utc>>,
}

impl Row {
    fn ours(&self) -> Option<Summary> {
        self.made_at?;
        Some(Summary {
            title: self.title.clone()?,
            summary: self.summary.clone()?,
            intent: self.intent.clone().unwrap_or_default(),
            topics: self.topics.clone(),
            action_items: self.action_items.clone(),
            sentiment: self
                .sentiment
                .as_deref()
                .and_then(Sentiment::parse)
                .unwrap_or(Sentiment::Neutral),
        })
    }
}

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::CallsTranscript>,
    id: web::Path<CallId>,
) -> ApiResult<web::Json<CallSummaryDetail>> {
    let (id, sees_cost) = (*id, caller.may(Permission::CallsCost));
    let may_ask = app.summaries.client().is_some() && caller.may(Permission::CallsSummarize);
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let (started_at, status, provider): (DateTime<Utc>, String, Option<String>) = calls::table
                .filter(calls::id.eq(id.0))
                .select((calls::started_at, calls::status, calls::summary))
                .first(conn)
                .await
                .optional()?
                .ok_or_else(ApiError::not_found)?;
            let row: Option<Row> = call_summaries::table
                .filter(call_summaries::started_at.eq(started_at))
                .filter(call_summaries::call_id.eq(id.0))
                .select(Row::as_select())
                .first(conn)
                .await
                .optional()?;
            let cost = match sees_cost && row.is_some() {
                true => cost(conn, id, started_at).await?,
                false => None,
            };
            let is_final = CallStatus::parse(&status).is_some_and(CallStatus::is_final);
            Ok(detail(row, provider, cost, may_ask && is_final))
        })
        .await
        .map(web::Json)
}

fn detail(
    row: Option<Row>,
    provider: Option<String>,
    cost: Option<SummaryCost>,
    can_make: bool,
) -> CallSummaryDetail {
    let state = row.as_ref().map_or(SummaryState::Provider, |row| {
        SummaryState::parse(&row.state).unwrap_or(SummaryState::Failed)
    });
    let ours = row.as_ref().and_then(Row::ours);
    let (language, model, made_at, left_out, error, attempts, next) = match row {
        None => Default::default(),
        Some(row) => (
            row.language,
            row.model,
            row.made_at,
            row.turns_left_out,
            row.error,
            row.attempts,
            row.next_try_at,
        ),
    };
    CallSummaryDetail {
        state,
        ours,
        provider: provider.filter(|text| !text.trim().is_empty()),
        language,
        model,
        made_at,
        turns_left_out: left_out,
        error,
        attempts,
        next_try_at: next,
        cost,
        can_make,
    }
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    answers: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    usd_micros: Option<i64>,
    #[diesel(sql_type = BigInt)]
    input_tokens: i64,
    #[diesel(sql_type = BigInt)]
    output_tokens: i64,
}

/// Of everything that was asked about the call.
async fn cost(
    conn: &mut Conn,
    call: CallId,
    started_at: DateTime<Utc>,
) -> Result<Option<SummaryCost>, diesel::result::Error> {
    let sum: Sum = diesel::sql_query(
        "SELECT count(*) AS answers, sum(cost_usd_micros)::bigint AS usd_micros, coalesce(sum(input_tokens), 0)::bigint AS input_tokens,
                coalesce(sum(output_tokens), 0)::bigint AS output_tokens
         FROM summary_requests
         WHERE organization_id = current_organization() AND started_at = $1 AND call_id = $2 AND input_tokens > 0",
    )
    .bind::<Timestamptz, _>(started_at)
    .bind::<SqlUuid, _>(call.0)
    .get_result(conn)
    .await?;
    Ok((sum.answers > 0).then_some(SummaryCost {
        usd_micros: sum.usd_micros,
        input_tokens: sum.input_tokens,
        output_tokens: sum.output_tokens,
    }))
}
