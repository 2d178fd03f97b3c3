//! `/v1/convai/conversation`: metadata, first message, then an answer to everything that the client says.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{CloseCode, CloseReason, Closed, Message, MessageStream, Session};
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::entry::{Entry, enter};
use super::talk::{Talk, refused_override};
use crate::live::engine::{self, Pace};
use crate::world::World;

/// How long the client has for its initiation data before the agent begins.
const GREETING_WAIT: Duration = Duration::from_millis(400);
const PING: Duration = Duration::from_secs(4);
/// The vendor hangs up when it hears nothing for so long.
const SILENCE: Duration = Duration::from_secs(60);
/// Base64 characters of audio that count as something said: two seconds of `pcm_16000`.
const UTTERANCE: usize = 2 * 32_000 / 3 * 4;

/// Accepts the socket; refusals come as a close frame, as the vendor's do.
pub async fn open(
    request: HttpRequest,
    payload: web::Payload,
    world: web::Data<World>,
) -> Result<HttpResponse, actix_web::Error> {
    let (response, session, stream) = actix_ws::handle_with_protocols(&request, payload, &["convai"])?;
    let world = world.into_inner();
    match enter(&request, &world) {
        Ok(entry) => {
            actix_web::rt::spawn(serve(world, session, stream, entry));
        }
        Err(reason) => {
            actix_web::rt::spawn(close(session, CloseCode::Policy, reason.to_owned()));
        }
    }
    Ok(response)
}

async fn close(session: Session, code: CloseCode, reason: String) {
    let _gone = session
        .close(Some(CloseReason {
            code,
            description: Some(reason),
        }))
        .await;
}

/// Why a conversation ended from this side.
struct End(CloseCode, &'static str);

async fn serve(world: Arc<World>, mut session: Session, mut incoming: MessageStream, entry: Entry) {
    let generation = world.generation();
    let initiation = initiation(&mut incoming).await;
    let data = initiation.clone().unwrap_or_default();
    let given = data
        .get("conversation_config_override")
        .cloned()
        .unwrap_or_default();
    let allowed = entry
        .agent
        .config
        .pointer("/platform_settings/overrides/conversation_config_override")
        .cloned()
        .unwrap_or_default();
    if let Some(name) = refused_override(&given, &allowed) {
        let message = format!("Override for field '{name}' is not allowed by config.");
        let error = json!({"type": "error", "error_event": {"code": 1008, "message": message, "error_type": "override_error", "reason": message}});
        let _gone = session.text(error.to_string()).await;
        return close(session, CloseCode::Policy, message).await;
    }
    let text_only = [given.get("text_only"), given.pointer("/conversation/text_only")]
        .into_iter()
        .flatten()
        .any(|flag| flag == true);
    let user_id = data.get("user_id").and_then(Value::as_str).map(str::to_owned);
    let mut talk = Talk::begin(&world, &entry, user_id, text_only);
    let end = converse(&mut session, &mut incoming, &mut talk).await;
    if let Ok(End(code, reason)) = end {
        close(session, code, reason.to_owned()).await;
    }
    engine::finish(&world, &entry.workspace, &talk.live, Pace::Natural, generation).await;
}

/// The client's first frame, if it comes soon and is the optional one.
async fn initiation(incoming: &mut MessageStream) -> Option<Value> {
    let Ok(Some(Ok(Message::Text(text)))) = timeout(GREETING_WAIT, incoming.next()).await else {
        return None;
    };
    serde_json::from_str::<Value>(&text)
        .ok()
        .filter(|frame| frame["type"] == "conversation_initiation_client_data")
}

async fn converse(
    session: &mut Session,
    incoming: &mut MessageStream,
    talk: &mut Talk,
) -> Result<End, Closed> {
    session.text(talk.metadata().to_string()).await?;
    send(session, talk.answer().unwrap_or_default()).await?;
    let mut ping = tokio::time::interval(PING);
    let (mut pings, mut heard, mut last_frame) = (0_u64, 0_usize, tokio::time::Instant::now());
    let live = Arc::clone(&talk.live);
    loop {
        tokio::select! {
            _ = ping.tick() => {
                pings += 1;
                session.text(json!({"type": "ping", "ping_event": {"event_id": pings, "ping_ms": null}}).to_string()).await?;
                if last_frame.elapsed() > SILENCE {
                    return Ok(End(CloseCode::Protocol, "transport_receive_timeout"));
                }
            }
            () = live.hang_up.notified() => return Ok(End(CloseCode::Normal, "Conversation ended by a monitoring client")),
            (id, text) = live.written() => {
                let response = json!({"type": "agent_response", "agent_response_event": {"agent_response": text, "event_id": id}});
                send(session, talk.frames(id, &text, response)).await?;
            }
            message = incoming.next() => {
                last_frame = tokio::time::Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => match serde_json::from_str::<Value>(&text) {
                        Ok(frame) => if let Some(end) = frame_arrived(session, talk, &frame, &mut heard).await? { return Ok(end) },
                        Err(_) => return Ok(End(CloseCode::Policy, "Invalid message received")),
                    },
                    Some(Ok(Message::Ping(bytes))) => session.pong(&bytes).await?,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Closed),
                    Some(Ok(_)) => {}
                }
            }
        }
    }
}

async fn frame_arrived(
    session: &mut Session,
    talk: &mut Talk,
    frame: &Value,
    heard: &mut usize,
) -> Result<Option<End>, Closed> {
    if let Some(chunk) = frame["user_audio_chunk"].as_str() {
        *heard += chunk.len();
        if *heard < UTTERANCE {
            return Ok(None);
        }
        *heard = 0;
        let transcript = talk.spoke();
        session.text(transcript.to_string()).await?;
        return answer(session, talk).await;
    }
    match (frame["type"].as_str(), frame["text"].as_str()) {
        (Some("user_message"), Some(text)) => {
            talk.wrote(text);
            answer(session, talk).await
        }
        _ => Ok(None),
    }
}

async fn answer(session: &mut Session, talk: &mut Talk) -> Result<Option<End>, Closed> {
    match talk.answer() {
        Some(frames) => send(session, frames).await.map(|()| None),
        None => Ok(Some(End(CloseCode::Normal, "end_call tool was called."))),
    }
}

async fn send(session: &mut Session, frames: Vec<Value>) -> Result<(), Closed> {
    for frame in frames {
        session.text(frame.to_string()).await?;
    }
    Ok(())
}
