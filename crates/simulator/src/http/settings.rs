//! `/v1/convai/settings`

use actix_web::{HttpResponse, web};
use serde_json::Value;

use super::auth::Caller;
use super::body;
use super::error::{ApiError, FieldError};
use crate::sync::{read, write};
use crate::world::merge;

/// `GET /v1/convai/settings`
pub async fn get(caller: Caller) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let settings = read(&caller.workspace.settings).clone();
    Ok(HttpResponse::Ok().json(settings))
}

/// `PATCH /v1/convai/settings`: what is not sent stays as it is.
pub async fn patch(caller: Caller, bytes: web::Bytes) -> Result<HttpResponse, ApiError> {
    caller.need("convai_write")?;
    let body = body::object(&bytes)?;
    const EVENTS: [&str; 6] = [
        "transcript",
        "audio",
        "call_initiation_failure",
        "unredacted_transcript",
        "unredacted_audio",
        "answering_machine_detection",
    ];
    let events = body.pointer("/webhooks/events").and_then(Value::as_array);
    for (index, event) in events.into_iter().flatten().enumerate() {
        if !event.as_str().is_some_and(|event| EVENTS.contains(&event)) {
            return Err(FieldError::new(
                &["body", "webhooks", "events", &index.to_string()],
                "Input is not a known event",
                "enum",
            )
            .into());
        }
    }
    let id = body
        .pointer("/webhooks/post_call_webhook_id")
        .and_then(Value::as_str);
    if let Some(id) = id.filter(|id| {
        !read(&caller.workspace.webhooks)
            .iter()
            .any(|webhook| webhook.id == *id)
    }) {
        return Err(ApiError::not_found(
            "webhook_not_found",
            format!("Webhook {id} not found."),
        ));
    }
    let mut settings = write(&caller.workspace.settings);
    merge::deep(&mut settings, body);
    Ok(HttpResponse::Ok().json(&*settings))
}
