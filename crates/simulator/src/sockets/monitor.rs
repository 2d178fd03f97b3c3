//! `/v1/convai/conversations/{id}/monitor`: connected → recent events → history_complete → live, and six commands.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{CloseCode, CloseReason, Message, MessageStream, Session};
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::live::LiveCall;
use crate::world::workspace::Workspace;

/// Told to every monitor: whoever supervises must know who speaks.
const TAKEOVER: [&str; 2] = ["external_agent_connected", "external_agent_disconnected"];

/// Opens the socket for a key with `convai_write`, while the call runs and its agent allows it.
pub async fn open(
    request: HttpRequest,
    payload: web::Payload,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, actix_web::Error> {
    caller.need("convai_write")?;
    let call = caller
        .workspace
        .call(&id)
        .ok_or_else(|| ApiError::conversation_not_found(&id))?;
    if !call.profile.monitoring_enabled {
        return Err(ApiError::forbidden(
            "feature_not_available",
            "Monitoring is not enabled for this agent.".to_owned(),
        )
        .into());
    }
    let live = caller
        .workspace
        .live_call(&id)
        .filter(|_| call.progress.phase().is_live());
    let Some(live) = live else {
        return Err(ApiError::bad_request(
            "conversation_not_active",
            "Only an active conversation can be monitored.",
        )
        .into());
    };
    let (response, session, stream) = actix_ws::handle(&request, payload)?;
    actix_web::rt::spawn(serve(session, stream, live, Arc::clone(&caller.workspace)));
    Ok(response)
}

async fn serve(
    mut session: Session,
    mut incoming: MessageStream,
    live: Arc<LiveCall>,
    workspace: Arc<Workspace>,
) {
    let wanted = live.call.profile.monitoring_events.clone();
    let may_hear = |event: &Value| {
        event["type"]
            .as_str()
            .is_some_and(|kind| TAKEOVER.contains(&kind) || wanted.iter().any(|wanted| wanted == kind))
    };
    if session
        .text(json!({"type": "connected"}).to_string())
        .await
        .is_err()
    {
        return;
    }
    let Some((history, mut events)) = live.subscribe() else {
        let _gone = session.close(normal()).await;
        return;
    };
    for event in history.iter().filter(|event| may_hear(event)) {
        if session.text(event.to_string()).await.is_err() {
            return;
        }
    }
    if session
        .text(json!({"type": "history_complete"}).to_string())
        .await
        .is_err()
    {
        return;
    }
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) if may_hear(&event) => if session.text(event.to_string()).await.is_err() { return },
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            },
            message = incoming.next() => match message {
                Some(Ok(Message::Text(text))) => command(&text, &live, &workspace),
                Some(Ok(Message::Ping(bytes))) => if session.pong(&bytes).await.is_err() { return },
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
    let _gone = session.close(normal()).await;
}

/// Anything but a known command is silently ignored, as the vendor does.
fn command(text: &str, live: &LiveCall, workspace: &Workspace) {
    let Ok(frame) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let text = |at: &str| frame.pointer(at).and_then(Value::as_str).unwrap_or_default();
    match frame.get("command_type").and_then(Value::as_str) {
        Some("end_call") => live.hang_up.notify_one(),
        Some("transfer_to_number") if can_transfer(live, workspace) => {
            let id = live.event_id();
            live.publish(json!({"type": "agent_tool_response", "agent_tool_response": {"tool_name": "transfer_to_number",
                "tool_call_id": format!("monitor_{id}"), "tool_type": "system", "is_error": false, "is_called": true, "event_id": id}}));
            live.hang_up.notify_one();
        }
        Some("contextual_update") => live.hint(text("/parameters/contextual_update")),
        Some("enable_human_takeover") => live.take_over(true),
        Some("disable_human_takeover") => live.take_over(false),
        Some("send_human_message") => live.say(text("/parameters/text")),
        _ => {}
    }
}

fn can_transfer(live: &LiveCall, workspace: &Workspace) -> bool {
    let tool = "/conversation_config/agent/prompt/built_in_tools/transfer_to_number";
    workspace
        .agent(&live.call.profile.agent_id)
        .is_some_and(|agent| agent.config.pointer(tool).is_some_and(Value::is_object))
}

fn normal() -> Option<CloseReason> {
    Some(CloseReason {
        code: CloseCode::Normal,
        description: None,
    })
}
