//! What the monitor socket hears of a turn.

use serde_json::{Value, json};

use super::LiveCall;
use crate::calls::script::Turn;
use crate::catalogue::Role;

/// The events of one turn, in the shapes of the conversation socket.
pub fn of_turn(live: &LiveCall, turn: &Turn) -> Vec<Value> {
    let mut events = Vec::new();
    if let Some(tool) = &turn.tool {
        let id = live.event_id();
        events.push(json!({"type": "agent_tool_response", "agent_tool_response": {"tool_name": tool.name, "tool_call_id": tool.request_id,
            "tool_type": "webhook", "is_error": tool.is_error, "is_called": true, "event_id": id}}));
    }
    let Some(text) = &turn.text else { return events };
    let id = live.event_id();
    match turn.role {
        Role::User => events.push(json!({"type": "user_transcript", "user_transcription_event": {"user_transcript": text, "event_id": id}})),
        Role::Agent => {
            events.push(json!({"type": "agent_response", "agent_response_event": {"agent_response": text, "event_id": id}}));
            if turn.interrupted {
                events.push(json!({"type": "agent_response_correction", "agent_response_correction_event":
                    {"original_agent_response": text, "corrected_agent_response": turn.heard(), "event_id": id}}));
            }
        }
    }
    events
}
