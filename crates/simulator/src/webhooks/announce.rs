//! Which webhooks a finished call sends, from the workspace's settings and the agent's overrides.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::delivery::{self, Delivery};
use crate::calls::Call;
use crate::calls::detail::{detail, has_audio};
use crate::calls::phone;
use crate::calls::script::Script;
use crate::sync::read;
use crate::world::workspace::Workspace;
use crate::world::{World, now_secs};

/// Transcript and recording, as far as the settings name them.
pub fn finished(world: &Arc<World>, workspace: &Arc<Workspace>, call: &Arc<Call>) {
    let (webhook, events) = chosen(workspace, call);
    let Some(webhook) = webhook else { return };
    let mut outgoing = Vec::new();
    if events.iter().any(|event| event == "transcript") {
        outgoing.push(("post_call_transcription", detail(call, &world.catalogue)));
    }
    if events.iter().any(|event| event == "audio") && has_audio(call) {
        let sound = world
            .speech
            .recording(call, &Script::write(call, &world.catalogue));
        let data = json!({"agent_id": call.profile.agent_id, "conversation_id": call.id, "full_audio": STANDARD.encode(sound)});
        outgoing.push(("post_call_audio", data));
    }
    for (event, data) in outgoing {
        post(world, workspace, &webhook, event, data);
    }
}

/// A call that nobody answered.
pub fn failure(world: &Arc<World>, workspace: &Arc<Workspace>, call: &Arc<Call>) {
    let (Some(webhook), events) = chosen(workspace, call) else {
        return;
    };
    if events.iter().any(|event| event == "call_initiation_failure") {
        let (reason, metadata) = phone::failure(call);
        let data = json!({"agent_id": call.profile.agent_id, "conversation_id": call.id, "failure_reason": reason, "metadata": metadata});
        post(world, workspace, &webhook, "call_initiation_failure", data);
    }
}

/// Webhook id and events: the agent's override where it names a webhook, else the workspace's default.
fn chosen(workspace: &Workspace, call: &Call) -> (Option<String>, Vec<String>) {
    let own = workspace
        .agent(&call.profile.agent_id)
        .and_then(|agent| {
            agent
                .config
                .pointer("/platform_settings/workspace_overrides/webhooks")
                .cloned()
        })
        .filter(|hooks| hooks.get("post_call_webhook_id").is_some_and(Value::is_string));
    let hooks = own
        .or_else(|| read(&workspace.settings).get("webhooks").cloned())
        .unwrap_or_default();
    let events = hooks
        .get("events")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut events: Vec<String> = events
        .iter()
        .filter_map(|event| event.as_str().map(str::to_owned))
        .collect();
    if hooks.get("send_audio").and_then(Value::as_bool) == Some(true) {
        events.push("audio".to_owned());
    }
    (
        hooks
            .get("post_call_webhook_id")
            .and_then(Value::as_str)
            .map(str::to_owned),
        events,
    )
}

fn post(world: &Arc<World>, workspace: &Arc<Workspace>, webhook: &str, event: &'static str, data: Value) {
    let mut body = json!({"type": event, "event_timestamp": now_secs(), "data": data});
    world.faults.distort(&mut body, event);
    let body = bytes::Bytes::from(body.to_string());
    let delivery = Delivery {
        workspace: Arc::clone(workspace),
        webhook_id: webhook.to_owned(),
        event,
        body,
    };
    tokio::spawn(delivery::dispatch(Arc::clone(world), delivery));
}
