//! `GET /api/calls/{id}/recording`: the sound of a call, whole or in part, streamed from storage; with `/file` behind it, to be saved.

use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    RANGE,
};
use actix_web::{HttpRequest, HttpResponse, body::SizedStream, web};
use chrono::{DateTime, Utc};
use db::schema::{calls, recordings};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures::TryStreamExt;
use shared::call::RecordingState;
use shared::permission::needs;
use shared::{CallId, ErrorCode};
use storage::{ByteRange, StorageError, StorageKey};

type Row = (String, Option<String>, Option<String>, DateTime<Utc>);

pub async fn stream(
    app: web::Data<App>,
    caller: Caller<needs::CallsRecording>,
    path: web::Path<CallId>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    send(&app, caller.scope(), *path, &request, "inline").await
}

/// The same as an attachment.
pub async fn download(
    app: web::Data<App>,
    caller: Caller<needs::CallsDownload>,
    path: web::Path<CallId>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    send(&app, caller.scope(), *path, &request, "attachment").await
}

async fn send(
    app: &App,
    scope: db::Scope,
    id: CallId,
    request: &HttpRequest,
    disposition: &str,
) -> ApiResult<HttpResponse> {
    let (state, key, error, started_at) = app
        .db
        .tenant(scope, async move |conn| -> ApiResult<Row> {
            calls::table
                .left_join(recordings::table.on(super::kept_sound()))
                .filter(calls::id.eq(id.0))
                .select((
                    calls::recording,
                    recordings::storage_key.nullable(),
                    calls::recording_error,
                    calls::started_at,
                ))
                .first(conn)
                .await
                .optional()?
                .ok_or_else(ApiError::not_found)
        })
        .await?;
    let key = match (RecordingState::parse(&state), key) {
        (Some(RecordingState::Available), Some(key)) => StorageKey::new(key).map_err(ApiError::internal)?,
        (state, _) => {
            return Err(ApiError::because(
                ErrorCode::RecordingUnavailable,
                why(state, error),
            ));
        }
    };
    let range = request
        .headers()
        .get(RANGE)
        .and_then(|value| value.to_str().ok())
        .and_then(ByteRange::from_header);
    let (info, body) = match app.storage.get(&key, range).await {
        Ok(found) => found,
        Err(StorageError::RangeNotSatisfiable { len }) => {
            return Ok(HttpResponse::RangeNotSatisfiable()
                .insert_header((CONTENT_RANGE, format!("bytes */{len}")))
                .finish());
        }
        Err(StorageError::NotFound) => {
            tracing::error!(call.id = %id, "a recording is marked available but its object is gone");
            return Err(ApiError::because(
                ErrorCode::RecordingUnavailable,
                "The stored recording is missing.",
            ));
        }
        Err(error) => return Err(ApiError::internal(error)),
    };
    let (start, count) = match range {
        Some(range) => range.resolve(info.len).map_err(ApiError::internal)?,
        None => (0, info.len),
    };
    let mut reply = if range.is_some() {
        HttpResponse::PartialContent()
    } else {
        HttpResponse::Ok()
    };
    if range.is_some() {
        let last = (start + count).saturating_sub(1);
        reply.insert_header((CONTENT_RANGE, format!("bytes {start}-{last}/{}", info.len)));
    }
    Ok(reply
        .insert_header((CONTENT_TYPE, info.content_type.as_str().to_owned()))
        .insert_header((CONTENT_LENGTH, count))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((ETAG, format!("\"{}\"", info.sha256_hex())))
        // A recording never changes, but who may hear it does: kept by the browser only, asked again.
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((
            CONTENT_DISPOSITION,
            format!(
                "{disposition}; filename=\"call-{}-{id}.mp3\"",
                started_at.format("%Y-%m-%d")
            ),
        ))
        .body(SizedStream::new(
            count,
            body.map_err(|error| -> actix_web::Error { error.into() }),
        )))
}

/// Why there is nothing to hear, for the person who pressed play.
fn why(state: Option<RecordingState>, error: Option<String>) -> String {
    match state {
        Some(RecordingState::Pending) => {
            "The recording is still being fetched. Try again in a moment.".to_owned()
        }
        Some(RecordingState::Failed) => {
            format!(
                "The recording could not be fetched: {}",
                error.as_deref().unwrap_or("the provider did not say why")
            )
        }
        _ => error.unwrap_or_else(|| "This call was not recorded.".to_owned()),
    }
}
