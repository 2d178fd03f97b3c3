//! `POST /api/webhooks/elevenlabs/{connection}`

use super::ingest::Delivery;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::{Bytes, BytesMut};
use chrono::Utc;
use elevenlabs::webhook::{Envelope, SIGNATURE_HEADER, SignatureError, verify};
use futures::StreamExt;
use secrecy::SecretString;
use shared::{ConnectionId, ErrorCode};
use std::time::Duration;

/// Largest body: an hour of sound as base64 is 40 MB.
const LIMIT: usize = 64 * 1024 * 1024;
/// Age of a signature, and how far a clock may be ahead. The provider repeats a delivery for about forty minutes; what
/// falls outside is healed by the look for lost calls.
const TOLERANCE: Duration = Duration::from_secs(30 * 60);
/// Longest name of an event that is kept; names are a few words.
const LONGEST_TYPE: usize = 100;

/// Checks a delivery and stores it. 200 means that it is durable; what it asks for is done by a job.
pub async fn receive(
    app: web::Data<App>,
    connection: web::Path<ConnectionId>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let id = *connection;
    // Before anything is read: what is announced as too large, and what is for nobody, costs no memory.
    let announced = announced(&request)?;
    let entry = app.ingest.directory.find(&app, id).await.map_err(|error| {
        tracing::error!(connection.id = %id, %error, "a webhook's connection could not be looked up");
        ApiError::refused(ErrorCode::Unavailable)
    })?;
    let Some(entry) = entry else {
        return Err(ApiError::not_found());
    };
    let header = request
        .headers()
        .get(SIGNATURE_HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let body = read(announced, payload).await?;
    // The same work for everybody, so that the time of an answer tells nothing.
    let nobody = SecretString::from("no connection or no secret");
    let secret = entry.secret.as_ref();
    let verdict = verify(secret.unwrap_or(&nobody), header, &body, Utc::now(), TOLERANCE);
    if let Err(reason) = verdict {
        log_refusal(id, entry.secret.is_some(), reason);
        return Err(unauthorized());
    }
    if entry.secret.is_none() {
        log_refusal(id, false, SignatureError::Mismatch);
        return Err(unauthorized());
    }
    // Genuine but unreadable is kept too: it is the provider's word.
    let event_type = Envelope::read(&body).map_or_else(
        |_unreadable| "unreadable".to_owned(),
        |envelope| {
            envelope
                .kind
                .chars()
                .filter(|c| *c != '\0')
                .take(LONGEST_TYPE)
                .collect()
        },
    );
    let delivery = Delivery {
        connection: id,
        organization: entry.organization,
        event_type,
        body,
    };
    app.ingest
        .store(delivery)
        .await
        .map_err(|_logged| ApiError::refused(ErrorCode::Unavailable))?;
    metrics::counter!("webhooks_received_total").increment(1);
    Ok(HttpResponse::Ok().json(serde_json::json!({"status": "received"})))
}

/// The length that the sender claims; 0 where it claims none.
fn announced(request: &HttpRequest) -> ApiResult<usize> {
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok())
        .unwrap_or(0);
    if announced > LIMIT {
        return Err(too_large());
    }
    Ok(announced)
}

/// The raw bytes, as they were signed.
async fn read(announced: usize, mut payload: web::Payload) -> ApiResult<Bytes> {
    // What is announced is not yet there: no more than a usual delivery is set aside for it.
    let mut body = BytesMut::with_capacity(announced.min(256 * 1024));
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|error| ApiError::because(ErrorCode::MalformedRequest, error.to_string()))?;
        if body.len() + chunk.len() > LIMIT {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large() -> ApiError {
    ApiError::because(
        ErrorCode::TooLarge,
        format!("A delivery has at most {} MB", LIMIT / 1024 / 1024),
    )
}

/// The sender learns nothing; whoever runs the server learns why.
fn log_refusal(id: ConnectionId, has_secret: bool, reason: SignatureError) {
    let why = match reason {
        _ if !has_secret => "no secret is stored for this connection yet",
        SignatureError::Malformed => "the signature header is missing or malformed",
        SignatureError::Mismatch => "the signature does not match: another secret, or not the provider",
        SignatureError::TooOld(_) => "it was signed too long ago: delivered late, or replayed",
        SignatureError::InFuture(_) => "it was signed in the future: a clock is wrong",
    };
    metrics::counter!("webhooks_refused_total").increment(1);
    tracing::warn!(connection.id = %id, reason = why, "webhook refused");
}

fn unauthorized() -> ApiError {
    ApiError::because(ErrorCode::NotSignedIn, "The signature is missing or not valid")
}
