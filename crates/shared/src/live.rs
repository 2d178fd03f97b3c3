//! Live monitoring: the snapshot `GET /api/live/calls` and the messages of the `/api/live` WebSocket.
//!
//! A client loads the snapshot, opens the socket and sends `resume` with the snapshot's
//! `last_event_id`; it then gets every event after that, and new ones as they happen. When it fell
//! too far behind it is told to `refetch` and starts again from the snapshot.

use crate::agent::AgentRef;
use crate::call::{CallStatus, CallSummary, Direction, Turn};
use crate::connection::SyncProgress;
use crate::id::CallId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How much of a running call can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveGrade {
    /// That it runs, since when and with whom.
    Presence,
    /// Also what is said: the provider's monitor socket is open.
    Transcript,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiveCall {
    pub id: CallId,
    pub conversation_id: String,
    pub agent: AgentRef,
    pub status: CallStatus,
    pub direction: Direction,
    pub counterpart: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub started_at: DateTime<Utc>,
    pub grade: LiveGrade,
    /// Turns so far; empty without `live.transcript`.
    pub turns: Vec<Turn>,
}

/// `GET /api/live/calls`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiveSnapshot {
    pub running: Vec<LiveCall>,
    /// Calls that ended last, newest first, at most 10; only with `calls.list`.
    pub recent: Vec<CallSummary>,
    /// Since when somebody polls the provider for this organization; `None`: no healthy connection.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub listening_since: Option<DateTime<Utc>>,
    /// How many may run at a time; those that began last are over it.
    #[serde(default)]
    pub max_concurrent_calls: Option<i32>,
    pub last_event_id: i64,
    #[serde(deserialize_with = "crate::moment::read")]
    pub as_of: DateTime<Utc>,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveEvent {
    /// A call is running that was not before.
    CallStarted {
        call: LiveCall,
    },
    /// A turn was spoken (or corrected: the same `position` again). Needs `live.transcript`.
    CallTurn {
        call_id: CallId,
        turn: Turn,
    },
    CallStatus {
        call_id: CallId,
        status: CallStatus,
        grade: LiveGrade,
    },
    /// The call left the running ones. Its row may still change (`CallUpdated`).
    CallEnded {
        call_id: CallId,
        status: CallStatus,
    },
    /// The stored row changed: transcript, judgement, cost or recording came in.
    CallUpdated {
        call_id: CallId,
    },
    /// Number of running calls.
    Counts {
        running: i64,
    },
    SyncProgress {
        progress: SyncProgress,
    },
    /// A connection was added, removed or changed health.
    ConnectionsChanged,
}

/// Server → browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveMessage {
    /// The socket is authenticated and listens from here on.
    Hello {
        last_event_id: i64,
    },
    Event {
        id: i64,
        event: LiveEvent,
    },
    /// Events were missed; load the snapshot again and resume from it.
    Refetch,
    /// The session ended; sign in again.
    SignedOut,
}

/// Browser → server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveCommand {
    /// Send everything after this event.
    Resume { last_event_id: i64 },
}
