//! What the monitor socket says.

use serde_json::Value;

use crate::open_enum::open_enum;

open_enum! {
    PartKind { Start = "start", Delta = "delta", Stop = "stop" }
}

/// One frame. Order is not promised: sort by `event_id`, which rises through the call.
#[derive(Debug, Clone, PartialEq)]
pub enum MonitorEvent {
    /// The socket is open; up to about 100 past events follow.
    Connected,
    /// The past events are through; what follows is live.
    HistoryComplete,
    Metadata {
        conversation_id: String,
    },
    UserTranscript {
        event_id: Option<i64>,
        text: String,
    },
    /// May still change; replaced by `UserTranscript` of the same id.
    TentativeUserTranscript {
        event_id: Option<i64>,
        text: String,
    },
    AgentResponse {
        event_id: Option<i64>,
        text: String,
    },
    /// The agent was interrupted: this is what it really said.
    AgentResponseCorrection {
        event_id: Option<i64>,
        original: String,
        corrected: String,
    },
    AgentResponsePart {
        event_id: Option<i64>,
        kind: PartKind,
        text: String,
    },
    Interruption {
        event_id: Option<i64>,
    },
    ToolRequest {
        event_id: Option<i64>,
        tool_call_id: String,
        tool_name: String,
    },
    ToolResponse {
        event_id: Option<i64>,
        tool_call_id: String,
        tool_name: String,
        is_error: bool,
    },
    GuardrailTriggered,
    /// A human has taken over (`true`) or given back (`false`).
    HumanTakeover {
        connected: bool,
    },
    /// Something went wrong in the call; it may go on.
    Error {
        code: Option<i64>,
        message: String,
    },
    /// A kind that this version does not read.
    Other {
        kind: String,
        raw: Value,
    },
}

impl MonitorEvent {
    pub(super) fn from_frame(frame: Value) -> Self {
        let kind = frame
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        Self::typed(&kind, &frame).unwrap_or(Self::Other { kind, raw: frame })
    }

    /// `None` for unknown kinds and for known ones that lack their text.
    fn typed(kind: &str, frame: &Value) -> Option<Self> {
        let text = |at: &str| frame.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let id = |at: &str| frame.pointer(at).and_then(Value::as_i64);
        let tool = |part: &str| {
            let name = text(&format!("/{part}/tool_name"))?;
            Some((
                id(&format!("/{part}/event_id")),
                text(&format!("/{part}/tool_call_id"))?,
                name,
            ))
        };
        Some(match kind {
            "connected" => Self::Connected,
            "history_complete" => Self::HistoryComplete,
            "conversation_initiation_metadata" => Self::Metadata {
                conversation_id: text("/conversation_initiation_metadata_event/conversation_id")?,
            },
            "user_transcript" => Self::UserTranscript {
                event_id: id("/user_transcription_event/event_id"),
                text: text("/user_transcription_event/user_transcript")?,
            },
            "tentative_user_transcript" => Self::TentativeUserTranscript {
                event_id: id("/tentative_user_transcription_event/event_id"),
                text: text("/tentative_user_transcription_event/user_transcript")?,
            },
            "agent_response" => Self::AgentResponse {
                event_id: id("/agent_response_event/event_id"),
                text: text("/agent_response_event/agent_response")?,
            },
            "agent_response_correction" => Self::AgentResponseCorrection {
                event_id: id("/agent_response_correction_event/event_id"),
                original: text("/agent_response_correction_event/original_agent_response")?,
                corrected: text("/agent_response_correction_event/corrected_agent_response")?,
            },
            "agent_chat_response_part" => Self::AgentResponsePart {
                event_id: id("/text_response_part/event_id"),
                kind: PartKind::from(text("/text_response_part/type")?.as_str()),
                text: text("/text_response_part/text").unwrap_or_default(),
            },
            "interruption" => Self::Interruption {
                event_id: id("/interruption_event/event_id"),
            },
            "client_tool_call" | "agent_tool_request" => {
                let (event_id, tool_call_id, tool_name) = tool(kind)?;
                Self::ToolRequest {
                    event_id,
                    tool_call_id,
                    tool_name,
                }
            }
            "agent_tool_response" | "agent_tool_response_full_payload" => {
                let (event_id, tool_call_id, tool_name) = tool(kind)?;
                let is_error = frame
                    .pointer(&format!("/{kind}/is_error"))
                    .and_then(Value::as_bool);
                let is_error = is_error.unwrap_or_default();
                Self::ToolResponse {
                    event_id,
                    tool_call_id,
                    tool_name,
                    is_error,
                }
            }
            "guardrail_triggered" => Self::GuardrailTriggered,
            "external_agent_connected" => Self::HumanTakeover { connected: true },
            "external_agent_disconnected" => Self::HumanTakeover { connected: false },
            "error" => Self::Error {
                code: id("/error_event/code"),
                message: ["message", "reason", "error_type"]
                    .iter()
                    .find_map(|field| text(&format!("/error_event/{field}")))
                    .unwrap_or_default(),
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_vendors_frames_read_as_events() {
        for (frame, wanted) in [
            (json!({"type":"connected"}), MonitorEvent::Connected),
            (
                json!({"type":"user_transcript","user_transcription_event":{"user_transcript":"Hello","event_id":4}}),
                MonitorEvent::UserTranscript {
                    event_id: Some(4),
                    text: "Hello".into(),
                },
            ),
            (
                json!({"type":"agent_response_correction","agent_response_correction_event":
                    {"original_agent_response":"A B","corrected_agent_response":"A","event_id":5}}),
                MonitorEvent::AgentResponseCorrection {
                    event_id: Some(5),
                    original: "A B".into(),
                    corrected: "A".into(),
                },
            ),
            (
                json!({"type":"agent_tool_response","agent_tool_response":
                    {"tool_name":"end_call","tool_call_id":"t","tool_type":"system","is_error":true,"event_id":6}}),
                MonitorEvent::ToolResponse {
                    event_id: Some(6),
                    tool_call_id: "t".into(),
                    tool_name: "end_call".into(),
                    is_error: true,
                },
            ),
        ] {
            assert_eq!(MonitorEvent::from_frame(frame), wanted);
        }
    }

    #[test]
    fn unknown_and_incomplete_frames_are_kept_whole() {
        for frame in [
            json!({"type":"telepathy","x":1}),
            json!({"type":"agent_response"}),
            json!(3),
        ] {
            let event = MonitorEvent::from_frame(frame.clone());
            assert!(matches!(event, MonitorEvent::Other { raw, .. } if raw == frame));
        }
    }
}
