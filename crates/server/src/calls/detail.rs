//! `GET /api/calls/{id}`: one call with what its reader may see of it.

use super::beside::{self, Wanted};
use super::rows::CallRow;
use super::turns;
use super::visibility::Visibility;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use crate::summaries::texts;
use actix_web::web;
use chrono::{DateTime, Utc};
use db::diesel::prelude::*;
use db::diesel_async::{AsyncPgConnection, RunQueryDsl};
use db::schema::{calls, recordings};
use serde::de::DeserializeOwned;
use shared::CallId;
use shared::call::{CallDetail, CallStatus, CallSummary, Recording, RecordingMiss, RecordingState};
use shared::permission::needs;

/// The columns beside [`CallRow`].
#[derive(Queryable, Selectable)]
#[diesel(table_name = calls, check_for_backend(diesel::pg::Pg))]
struct MoreColumns {
    agent_number: Option<String>,
    source: Option<String>,
    summary: Option<String>,
    termination_reason: Option<String>,
    error: Option<String>,
    rating: Option<i32>,
    cost_breakdown: Option<serde_json::Value>,
    evaluation: serde_json::Value,
    collected: serde_json::Value,
    recording_error: Option<String>,
    updated_at: DateTime<Utc>,
}

/// The kept sound, where there is one.
#[derive(Queryable, Selectable)]
#[diesel(table_name = recordings, check_for_backend(diesel::pg::Pg))]
struct Sound {
    bytes: i64,
    content_type: String,
    peaks: Vec<f32>,
    seconds: Option<f32>,
}

pub async fn show(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
    path: web::Path<CallId>,
) -> ApiResult<web::Json<CallDetail>> {
    let visibility = Visibility::of(&caller);
    let id = path.into_inner();
    let detail = app
        .db
        .tenant(caller.scope(), async move |conn| -> ApiResult<_> {
            load(conn, id, visibility).await
        })
        .await?;
    Ok(web::Json(detail))
}

async fn load(conn: &mut AsyncPgConnection, id: CallId, visibility: Visibility) -> ApiResult<CallDetail> {
    let (mut row, mut more, sound): (CallRow, MoreColumns, Option<Sound>) = calls::table
        .left_join(recordings::table.on(super::kept_sound()))
        .filter(calls::id.eq(id.0))
        .select((
            CallRow::as_select(),
            MoreColumns::as_select(),
            Option::<Sound>::as_select(),
        ))
        .first(conn)
        .await
        .optional()?
        .ok_or_else(ApiError::not_found)?;
    let transcript = match visibility.transcript {
        true => Some(turns::of_call(conn, row.id, row.started_at).await?),
        false => None,
    };
    let wanted = Wanted {
        agents: vec![row.agent_id],
        titles: false,
    };
    let mut beside = beside::load(conn, std::iter::once(row.started_at), wanted).await?;
    let ours = match visibility.transcript {
        true => texts::of(conn, std::iter::once((row.id, row.started_at)))
            .await?
            .remove(&row.id),
        false => None,
    };
    let (title, summary) = ours.map(|texts| (texts.title, texts.summary)).unwrap_or_default();
    row.title = title.or(row.title);
    more.summary = summary.or(more.summary);
    let call = row.beside(&mut beside, visibility);
    let recording_detail = match visibility.recording {
        true => {
            let misses = super::recording::misses::of(conn, id, call.started_at).await?;
            Some(recording(&more, sound, &call, misses))
        }
        false => None,
    };
    let seen = visibility.transcript;
    Ok(CallDetail {
        call,
        transcript,
        summary: more.summary.filter(|_| seen),
        evaluation: visibility
            .analysis
            .then(|| stored("evaluation", more.evaluation))
            .flatten(),
        collected: visibility
            .analysis
            .then(|| stored("collected", more.collected))
            .flatten(),
        cost_breakdown: more
            .cost_breakdown
            .filter(|_| visibility.cost)
            .and_then(|json| stored("cost_breakdown", json)),
        recording_detail,
        agent_number: more.agent_number,
        source: more.source,
        termination_reason: more.termination_reason,
        error: more.error,
        rating: more.rating,
        updated_at: more.updated_at,
    })
}

fn recording(
    more: &MoreColumns,
    sound: Option<Sound>,
    call: &CallSummary,
    misses: Vec<RecordingMiss>,
) -> Recording {
    let state = call.recording;
    Recording {
        state,
        seconds: sound.as_ref().and_then(|sound| sound.seconds),
        misses,
        // A call that never came about has none, and a whole recording can not get better.
        can_fetch: match state {
            RecordingState::Available => false,
            RecordingState::Unavailable => call.status == CallStatus::Done,
            _ => call.status.is_final(),
        },
        bytes: sound.as_ref().map(|sound| sound.bytes),
        content_type: sound.as_ref().map(|sound| sound.content_type.clone()),
        error: more.recording_error.clone(),
        peaks: sound.map(|sound| sound.peaks).unwrap_or_default(),
    }
}

/// JSON that we wrote ourselves; one of an older shape is shown as missing, and said so in the log.
fn stored<T: DeserializeOwned>(column: &str, json: serde_json::Value) -> Option<T> {
    serde_json::from_value(json)
        .inspect_err(|error| tracing::warn!(db.column = column, error = %error, "stored JSON does not fit"))
        .ok()
}
