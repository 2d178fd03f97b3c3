//! One event, serialised once for all sockets that get it.

use bytestring::ByteString;
use shared::live::{LiveCall, LiveEvent, LiveMessage};
use shared::permission::{Permission, PermissionSet};

/// What a reader may see of live events: the few permissions that make a difference, so that two readers of the same
/// class share the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// What is being said.
    transcript: bool,
    /// Health and sync of connections.
    connections: bool,
}

impl Class {
    pub fn of(permissions: &PermissionSet) -> Self {
        Self {
            transcript: permissions.contains(Permission::LiveTranscript),
            connections: permissions.contains(Permission::ConnectionsView),
        }
    }
}

/// An event as it goes over the wire. Cloning a [`ByteString`] copies no text.
#[derive(Debug)]
pub struct Notice {
    pub id: i64,
    audience: Audience,
    full: ByteString,
}

#[derive(Debug)]
enum Audience {
    Everybody,
    Transcript,
    Connections,
    /// Everybody, but the words stand only in `full`.
    WithoutWords(ByteString),
}

impl Notice {
    /// # Errors
    /// When the event does not serialise, which the contract's types always do.
    pub fn new(id: i64, event: LiveEvent) -> Result<Self, serde_json::Error> {
        let audience = match &event {
            LiveEvent::CallStarted { call } if !call.turns.is_empty() => {
                let call = LiveCall {
                    turns: Vec::new(),
                    ..call.clone()
                };
                Audience::WithoutWords(text(id, LiveEvent::CallStarted { call })?)
            }
            LiveEvent::CallTurn { .. } => Audience::Transcript,
            LiveEvent::SyncProgress { .. } | LiveEvent::ConnectionsChanged => Audience::Connections,
            LiveEvent::CallStarted { .. }
            | LiveEvent::CallStatus { .. }
            | LiveEvent::CallEnded { .. }
            | LiveEvent::CallUpdated { .. }
            | LiveEvent::Counts { .. } => Audience::Everybody,
        };
        Ok(Self {
            id,
            audience,
            full: text(id, event)?,
        })
    }

    /// The frame for a reader of `class`; `None` when he may not know of it.
    pub fn frame(&self, class: Class) -> Option<ByteString> {
        match &self.audience {
            Audience::Everybody => Some(&self.full),
            Audience::Transcript => class.transcript.then_some(&self.full),
            Audience::Connections => class.connections.then_some(&self.full),
            Audience::WithoutWords(_) if class.transcript => Some(&self.full),
            Audience::WithoutWords(reduced) => Some(reduced),
        }
        .cloned()
    }
}

fn text(id: i64, event: LiveEvent) -> Result<ByteString, serde_json::Error> {
    serde_json::to_string(&LiveMessage::Event { id, event }).map(ByteString::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;
    use shared::agent::AgentRef;
    use shared::call::{CallStatus, Direction, Speaker, Turn};
    use shared::live::LiveGrade;
    use uuid::Uuid;

    fn turn() -> Turn {
        let message = Some("open sesame".to_owned());
        Turn {
            position: 0,
            speaker: Speaker::Caller,
            message,
            at_seconds: 1.0,
            interrupted: false,
            tools: Vec::new(),
        }
    }

    fn started() -> LiveEvent {
        LiveEvent::CallStarted {
            call: LiveCall {
                id: Uuid::from_u128(1).into(),
                conversation_id: "conv_1".into(),
                agent: AgentRef {
                    id: Uuid::from_u128(2).into(),
                    name: "Ada".into(),
                },
                status: CallStatus::InProgress,
                direction: Direction::Inbound,
                counterpart: None,
                started_at: Utc::now(),
                grade: LiveGrade::Transcript,
                turns: vec![turn()],
            },
        }
    }

    fn class(permissions: &[Permission]) -> Class {
        Class::of(&permissions.iter().copied().collect())
    }

    #[test]
    fn words_reach_only_those_who_may_read_them() {
        let (reader, viewer) = (
            class(&[Permission::LiveView, Permission::LiveTranscript]),
            class(&[Permission::LiveView]),
        );
        let spoken = Notice::new(
            7,
            LiveEvent::CallTurn {
                call_id: Uuid::from_u128(1).into(),
                turn: turn(),
            },
        )
        .unwrap();
        assert!(spoken.frame(reader).unwrap().contains("open sesame"));
        assert!(spoken.frame(viewer).is_none());
        let started = Notice::new(8, started()).unwrap();
        assert!(started.frame(reader).unwrap().contains("open sesame"));
        let reduced = started.frame(viewer).unwrap();
        assert!(reduced.contains("conv_1") && !reduced.contains("open sesame"));
    }

    #[test]
    fn the_state_of_connections_reaches_only_those_who_may_see_connections() {
        let changed = Notice::new(9, LiveEvent::ConnectionsChanged).unwrap();
        assert!(
            changed
                .frame(class(&[Permission::LiveView, Permission::LiveTranscript]))
                .is_none()
        );
        assert!(changed.frame(class(&[Permission::ConnectionsView])).is_some());
    }

    #[test]
    fn readers_of_one_class_share_the_same_bytes() {
        let counts = Notice::new(3, LiveEvent::Counts { running: 4 }).unwrap();
        let (one, other) = (
            counts.frame(class(&[])).unwrap(),
            counts.frame(class(&[])).unwrap(),
        );
        assert_eq!(one.as_ptr(), other.as_ptr());
    }
}
