//! One event, serialised once for all sockets that get it.

use crate::calls::visibility::masked;
use bytestring::ByteString;
use shared::live::{LiveCall, LiveEvent, LiveMessage};
use shared::permission::{Permission, PermissionSet};
use shared::{AgentId, CallId};
use std::sync::Arc;

/// What a reader may see of live events: the few permissions that make a difference, so that two readers of the same
/// class share the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// `Some`: calls of these agents only.
    pub agents: Option<Arc<[AgentId]>>,
    /// What is being said.
    transcript: bool,
    /// Who calls.
    numbers: bool,
    /// Health and sync of connections.
    connections: bool,
    /// That something happens in organizations below.
    pub wall: bool,
}

impl Class {
    pub fn of(permissions: &PermissionSet, agents: Option<Arc<[AgentId]>>) -> Self {
        Self {
            agents,
            numbers: permissions.contains(Permission::CallsNumbers),
            transcript: permissions.contains(Permission::LiveTranscript),
            connections: permissions.contains(Permission::ConnectionsView),
            wall: permissions.contains(Permission::LiveWall),
        }
    }
}

/// An event as it goes over the wire. Cloning a [`ByteString`] copies no text.
#[derive(Debug)]
pub struct Notice {
    pub id: i64,
    pub about: About,
    audience: Audience,
    full: ByteString,
}

/// What an event is about, for readers who may see some agents only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A call; its agent where the event tells.
    Call(CallId, Option<AgentId>),
    /// All calls of the organization together.
    AllCalls,
    Connections,
}

impl About {
    fn of(event: &LiveEvent) -> Self {
        match event {
            LiveEvent::CallStarted { call } => Self::Call(call.id, Some(call.agent.id)),
            LiveEvent::CallTurn { call_id, .. }
            | LiveEvent::CallStatus { call_id, .. }
            | LiveEvent::CallEnded { call_id, .. }
            | LiveEvent::CallCommand { call_id, .. }
            | LiveEvent::CallUpdated { call_id } => Self::Call(*call_id, None),
            LiveEvent::Counts { .. } => Self::AllCalls,
            LiveEvent::SyncProgress { .. } | LiveEvent::ConnectionsChanged => Self::Connections,
        }
    }
}

#[derive(Debug)]
enum Audience {
    Everybody,
    Transcript,
    Connections,
    /// Everybody; words and number stand only in `full`.
    Started(Box<Reduced>),
}

/// A call that began, for readers who may know less of it.
#[derive(Debug)]
struct Reduced {
    without_words: ByteString,
    without_number: ByteString,
    without_both: ByteString,
}

impl Notice {
    /// # Errors
    /// When the event does not serialise, which the contract's types always do.
    pub fn new(id: i64, event: LiveEvent) -> Result<Self, serde_json::Error> {
        let audience = match &event {
            LiveEvent::CallStarted { call } if !call.turns.is_empty() || call.counterpart.is_some() => {
                let silent = LiveCall {
                    turns: Vec::new(),
                    ..call.clone()
                };
                let without_number = |call: LiveCall| LiveCall {
                    counterpart: call.counterpart.as_deref().map(masked),
                    ..call
                };
                let started = |call: LiveCall| text(id, LiveEvent::CallStarted { call });
                Audience::Started(Box::new(Reduced {
                    without_words: started(silent.clone())?,
                    without_number: started(without_number(call.clone()))?,
                    without_both: started(without_number(silent))?,
                }))
            }
            LiveEvent::CallTurn { .. } => Audience::Transcript,
            LiveEvent::SyncProgress { .. } | LiveEvent::ConnectionsChanged => Audience::Connections,
            LiveEvent::CallStarted { .. }
            | LiveEvent::CallStatus { .. }
            | LiveEvent::CallEnded { .. }
            | LiveEvent::CallCommand { .. }
            | LiveEvent::CallUpdated { .. }
            | LiveEvent::Counts { .. } => Audience::Everybody,
        };
        Ok(Self {
            id,
            about: About::of(&event),
            audience,
            full: text(id, event)?,
        })
    }

    /// The frame for a reader of `class`; `None` when he may not know of it.
    pub fn frame(&self, class: &Class) -> Option<ByteString> {
        match &self.audience {
            Audience::Everybody => Some(&self.full),
            Audience::Transcript => class.transcript.then_some(&self.full),
            Audience::Connections => class.connections.then_some(&self.full),
            Audience::Started(reduced) => Some(match (class.transcript, class.numbers) {
                (true, true) => &self.full,
                (false, true) => &reduced.without_words,
                (true, false) => &reduced.without_number,
                (false, false) => &reduced.without_both,
            }),
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
                counterpart: Some("+4930123467".into()),
                started_at: Utc::now(),
                grade: LiveGrade::Transcript,
                turns: vec![turn()],
            },
        }
    }

    fn class(permissions: &[Permission]) -> Class {
        Class::of(&permissions.iter().copied().collect(), None)
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
        assert!(spoken.frame(&reader).unwrap().contains("open sesame"));
        assert!(spoken.frame(&viewer).is_none());
        let started = Notice::new(8, started()).unwrap();
        let whole = started.frame(&reader).unwrap();
        assert!(whole.contains("open sesame") && !whole.contains("+4930123467"));
        let reduced = started.frame(&viewer).unwrap();
        assert!(reduced.contains("conv_1") && !reduced.contains("open sesame"));
        assert!(!reduced.contains("+4930123467") && reduced.contains("•••67"));
        let dialler = class(&[Permission::LiveView, Permission::CallsNumbers]);
        let seen = started.frame(&dialler).unwrap();
        assert!(seen.contains("+4930123467") && !seen.contains("open sesame"));
    }

    #[test]
    fn the_state_of_connections_reaches_only_those_who_may_see_connections() {
        let changed = Notice::new(9, LiveEvent::ConnectionsChanged).unwrap();
        assert!(
            changed
                .frame(&class(&[Permission::LiveView, Permission::LiveTranscript]))
                .is_none()
        );
        assert!(changed.frame(&class(&[Permission::ConnectionsView])).is_some());
    }

    #[test]
    fn readers_of_one_class_share_the_same_bytes() {
        let counts = Notice::new(3, LiveEvent::Counts { running: 4 }).unwrap();
        let (one, other) = (
            counts.frame(&class(&[])).unwrap(),
            counts.frame(&class(&[])).unwrap(),
        );
        assert_eq!(one.as_ptr(), other.as_ptr());
    }
}
