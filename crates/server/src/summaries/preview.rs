//! `POST /api/summaries/preview`: how a call would be summarized with settings that are not saved yet.

use super::ask::{self, AskError};
use super::prompt::Instructions;
use super::regenerate::no_key;
use super::transcript::Transcript;
use super::{rules, work};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::calls::turns;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use db::audit;
use db::partitions::Partitioned;
use db::schema::calls;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use shared::permission::needs;
use shared::summary::{PreviewSummary, SummaryChoice, SummaryCost, SummaryPreview};
use shared::{ErrorCode, Permission};

/// Nothing of it is kept but an entry of the audit log with what it took: a transcript was sent out, and paid for.
pub async fn preview(
    app: web::Data<App>,
    caller: Caller<needs::SummariesManage>,
    Json(request): Json<PreviewSummary>,
) -> ApiResult<web::Json<SummaryPreview>> {
    if !caller.may(Permission::CallsTranscript) {
        return Err(ApiError::refused(ErrorCode::PermissionDenied));
    }
    let choice = SummaryChoice {
        automatic: None,
        prompt: request.prompt,
        language: request.language,
    };
    choice.validate().map_err(ApiError::Invalid)?;
    let Some(client) = app.summaries.client() else {
        return Err(no_key());
    };
    let (id, organization) = (request.call_id, caller.organization());
    let (turns, of_call, rules) = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let found: Option<(DateTime<Utc>, Option<String>)> = calls::table
                .filter(calls::id.eq(id.0))
                .select((calls::started_at, calls::language))
                .first(conn)
                .await
                .optional()?;
            let (started_at, language) =
                found.ok_or_else(|| ApiError::field("call_id", "There is no such call"))?;
            if !rules::may_send(conn, organization).await? {
                return Err(ApiError::because(ErrorCode::SummariesOff, work::SWITCHED_OFF));
            }
            let turns = turns::of_call(conn, id.0, started_at).await?;
            Ok((turns, language, rules::in_effect(conn, true).await?))
        })
        .await?;
    let transcript = Transcript::of(&turns, of_call.as_deref(), app.config.summaries.input_tokens);
    if transcript.spoken == 0 {
        return Err(ApiError::field("call_id", work::NOTHING_SAID));
    }
    let prompt = choice.prompt.or(rules.prompt);
    let wanted = choice.language.unwrap_or(rules.language);
    let instructions = Instructions::new(prompt.as_deref(), &wanted, of_call.as_deref());
    let asked = ask::ask(client, &app.config.summaries.model, &instructions, &transcript).await;
    let (summary, spent) = match asked {
        Ok(asked) => (Ok(asked.summary), asked.spent),
        Err(AskError::OffSchema { reason, spent }) => {
            let text = format!("The model did not answer in the form that was asked for: {reason}");
            (Err(ApiError::because(ErrorCode::SummaryFailed, text)), spent)
        }
        Err(AskError::Api { error, spent }) => {
            let text = format!("Mistral {error}");
            (Err(ApiError::because(ErrorCode::SummaryFailed, text)), spent)
        }
    };
    let cost = SummaryCost {
        usd_micros: app.summaries.usd_micros(&spent.model, spent.usage),
        input_tokens: i64::from(spent.usage.prompt_tokens),
        output_tokens: i64::from(spent.usage.completion_tokens),
    };
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (user, ip) = (caller.user(), caller.ip());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "summaries.previewed",
                subject: Some(id.to_string()),
                details: json!({ "cost": cost }),
                ip,
            };
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await?;
    Ok(web::Json(SummaryPreview {
        summary: summary?,
        model: spent.model,
        turns_left_out: transcript.left_out,
        cost: caller.may(Permission::CallsCost).then_some(cost),
    }))
}
