//! `GET /v1/convai/conversations/{id}/audio`, and the same sound at an address of its own.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures::{StreamExt, stream};

use super::auth::Caller;
use super::error::ApiError;
use crate::calls::Call;
use crate::calls::detail::has_audio;
use crate::calls::script::Script;
use crate::faults::Kind;
use crate::world::World;

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
    let strikes = |kind| caller.world.faults.strike(kind, &path);
    if strikes(Kind::AudioByLink).is_some() {
        return Err(no_audio(&id));
    }
    if strikes(Kind::AudioGarbage).is_some() {
        let page = "<!doctype html><title>Please sign in</title>";
        return Ok(HttpResponse::Ok().content_type("audio/mpeg").body(page));
    }
    let mut sound = sound(&caller.world, &call);
    if strikes(Kind::AudioShort).is_some() {
        sound.truncate(sound.len() / 3);
    }
    let pause = strikes(Kind::AudioSlow).map_or(0, |fault| fault.ms);
    Ok(streamed(&sound, Duration::from_millis(pause)))
}

/// `GET /_files/{id}.mp3`: for whoever knows the address, as such links are.
pub async fn file(world: web::Data<World>, name: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let id = name.trim_end_matches(".mp3");
    let call = world.workspaces.iter().find_map(|workspace| workspace.call(id));
    let call = call.ok_or_else(|| no_audio(id))?;
    Ok(streamed(&sound(&world, &call), Duration::ZERO))
}

fn sound(world: &World, call: &Call) -> Vec<u8> {
    let script = Script::write(call, &world.catalogue);
    world.speech.recording(call, &script)
}

fn streamed(sound: &[u8], pause: Duration) -> HttpResponse {
    let chunks: Vec<Bytes> = sound.chunks(64 * 1024).map(Bytes::copy_from_slice).collect();
    let pieces = stream::iter(chunks).then(move |chunk| async move {
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        Ok::<_, std::io::Error>(chunk)
    });
    HttpResponse::Ok()
        .content_type("audio/mpeg")
        .streaming(Box::pin(pieces))
}

fn no_audio(id: &str) -> ApiError {
    ApiError::Legacy {
        status: actix_web::http::StatusCode::NOT_FOUND,
        code: "conversation_audio_not_found",
        message: format!("No audio found for conversation {id}."),
    }
}
