//! `GET /v1/convai/conversations/{id}/audio`

use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures::stream;

use super::auth::Caller;
use super::error::ApiError;
use crate::calls::detail::has_audio;
use crate::calls::script::Script;
use crate::faults::Kind;

/// The whole call as one MP3, streamed without a length as the vendor does; 404 while there is none.
pub async fn audio(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    caller.need("convai_read")?;
    let call = caller
        .workspace
        .call(&id)
        .ok_or_else(|| ApiError::conversation_not_found(&id))?;
    let path = format!("/v1/convai/conversations/{}/audio", call.id);
    if let Some(fault) = caller.world.faults.strike(Kind::AudioLate, &path) {
        // "Late" is told as the vendor does: not there yet.
        let age = crate::world::now_secs() - call.start - call.seconds();
        if age.saturating_mul(1_000) < i64::try_from(fault.ms).unwrap_or(i64::MAX) {
            return Err(no_audio(&id));
        }
    }
    if !has_audio(&call) || caller.world.faults.strike(Kind::AudioMissing, &path).is_some() {
        return Err(no_audio(&id));
    }
    let script = Script::write(&call, &caller.world.catalogue);
    let sound = caller.world.speech.recording(&call, &script);
    let chunks: Vec<Result<Bytes, std::io::Error>> = sound
        .chunks(64 * 1024)
        .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
        .collect();
    Ok(HttpResponse::Ok()
        .content_type("audio/mpeg")
        .streaming(stream::iter(chunks)))
}

fn no_audio(id: &str) -> ApiError {
    ApiError::Legacy {
        status: actix_web::http::StatusCode::NOT_FOUND,
        code: "conversation_audio_not_found",
        message: format!("No audio found for conversation {id}."),
    }
}
