//! Messages of the socket. By hand, because what serde derives for tagged enums doubles the code of every type in them.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Map, Value};
use shared::live::{LiveEvent, LiveMessage};

use crate::api::from_value;

/// Reads a message as the server writes it.
pub(super) fn message(text: &str) -> Result<LiveMessage, Error> {
    let mut fields = Fields::of(serde_json::from_str(text)?)?;
    Ok(match fields.kind()?.as_str() {
        "hello" => LiveMessage::Hello {
            last_event_id: fields.take("last_event_id")?,
        },
        "event" => LiveMessage::Event {
            id: fields.take("id")?,
            event: event(fields.take("event")?)?,
        },
        "below" => LiveMessage::Below,
        "refetch" => LiveMessage::Refetch,
        "signed_out" => LiveMessage::SignedOut,
        other => return Err(Error::custom(format!("no message is called {other}"))),
    })
}

fn event(value: Value) -> Result<LiveEvent, Error> {
    let mut fields = Fields::of(value)?;
    Ok(match fields.kind()?.as_str() {
        "call_started" => LiveEvent::CallStarted {
            call: fields.take("call")?,
        },
        "call_turn" => LiveEvent::CallTurn {
            call_id: fields.take("call_id")?,
            turn: fields.take("turn")?,
        },
        "call_status" => LiveEvent::CallStatus {
            call_id: fields.take("call_id")?,
            status: fields.take("status")?,
            grade: fields.take("grade")?,
        },
        "call_ended" => LiveEvent::CallEnded {
            call_id: fields.take("call_id")?,
            status: fields.take("status")?,
        },
        "call_updated" => LiveEvent::CallUpdated {
            call_id: fields.take("call_id")?,
        },
        "call_command" => LiveEvent::CallCommand {
            call_id: fields.take("call_id")?,
            command: fields.take("command")?,
        },
        "counts" => LiveEvent::Counts {
            running: fields.take("running")?,
        },
        "sync_progress" => LiveEvent::SyncProgress {
            progress: fields.take("progress")?,
        },
        "connections_changed" => LiveEvent::ConnectionsChanged,
        other => return Err(Error::custom(format!("no event is called {other}"))),
    })
}

struct Fields(Map<String, Value>);

impl Fields {
    fn of(value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(Error::custom("no object")),
        }
    }

    fn kind(&mut self) -> Result<String, Error> {
        self.take("type")
    }

    fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Error> {
        from_value(self.0.remove(name).unwrap_or(Value::Null))
    }
}

#[cfg(test)]
mod tests {
    use super::message;
    use serde_json::{Value, json};
    use shared::live::LiveMessage;

    const CALL: &str = "0198c2f4-7a1d-7c3e-8000-000000000001";

    /// One of every kind.
    fn messages() -> Vec<Value> {
        let turn = json!({
            "position": 0, "speaker": "agent", "message": "Hello", "at_seconds": 0.5, "interrupted": false, "tools": []
        });
        let call = json!({
            "id": CALL, "conversation_id": "conv_1", "agent": {"id": CALL, "name": "Front desk"},
            "status": "in-progress", "direction": "inbound", "counterpart": null,
            "started_at": "2026-11-24T12:00:00Z", "grade": "transcript", "turns": [turn]
        });
        let events = [
            json!({"type": "call_started", "call": call}),
            json!({"type": "call_turn", "call_id": CALL, "turn": turn}),
            json!({"type": "call_status", "call_id": CALL, "status": "processing", "grade": "presence"}),
            json!({"type": "call_ended", "call_id": CALL, "status": "done"}),
            json!({"type": "call_updated", "call_id": CALL}),
            json!({"type": "call_command", "call_id": CALL, "command": {
                "id": CALL, "kind": "take_over", "state": "unconfirmed", "detail": "Nothing was seen of it",
                "argument": null, "by": "Ann", "at": "2026-11-24T12:00:00Z"
            }}),
            json!({"type": "counts", "running": 3}),
            json!({"type": "sync_progress", "progress": {
                "connection_id": CALL, "state": "calls", "agents_done": 1, "agents_total": null, "calls_seen": 9,
                "calls_done": 8, "calls_failed": 1, "listed_all": true, "started_at": "2026-11-24T12:00:00Z",
                "finished_at": null, "error": null
            }}),
            json!({"type": "connections_changed"}),
        ];
        let mut all: Vec<_> = events
            .into_iter()
            .map(|event| json!({"type": "event", "id": 7, "event": event}))
            .collect();
        all.push(json!({"type": "hello", "last_event_id": 5}));
        all.push(json!({"type": "refetch"}));
        all.push(json!({"type": "below"}));
        all.push(json!({"type": "signed_out"}));
        all
    }

    #[test]
    fn messages_are_read_as_serde_reads_them() {
        for value in messages() {
            let expected: LiveMessage = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(message(&value.to_string()).unwrap(), expected, "{value}");
        }
    }

    #[test]
    fn what_this_build_does_not_know_is_refused() {
        assert!(message(r#"{"type":"tomorrow"}"#).is_err());
        assert!(message(r#"{"type":"event","id":1,"event":{"type":"tomorrow"}}"#).is_err());
        assert!(message("[]").is_err());
        assert!(message(r#"{"type":"counts"}"#).is_err());
    }
}
