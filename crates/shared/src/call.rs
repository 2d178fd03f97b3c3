//! Calls: the log, one call, its transcript and its recording.

use crate::agent::AgentRef;
use crate::cost::{Cost, CostBreakdown};
use crate::id::{AgentId, CallId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $text:literal $label:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $(#[serde(rename = $text)] $variant,)*
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// As stored and sent.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            /// As shown.
            pub fn label(self) -> &'static str {
                match self { $($name::$variant => $label),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}

text_enum!(
    /// Where a call stands. The provider's words; `failed` includes calls that never connected.
    CallStatus {
        Initiated "initiated" "Ringing",
        InProgress "in-progress" "In progress",
        Processing "processing" "Processing",
        Done "done" "Completed",
        Failed "failed" "Failed",
    }
);

impl CallStatus {
    /// People are talking, or the telephone rings.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Initiated | Self::InProgress)
    }

    /// Nothing more will come from the provider.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

text_enum!(
    /// The provider's judgement of a call by the agent's criteria.
    Outcome {
        Success "success" "Successful",
        Failure "failure" "Unsuccessful",
        Unknown "unknown" "Not judged",
    }
);

text_enum!(
    /// Who called whom. `Web` is a call from a browser or an app, without a telephone number.
    Direction {
        Inbound "inbound" "Inbound",
        Outbound "outbound" "Outbound",
        Web "web" "Web",
    }
);

text_enum!(
    /// Where the sound of a call is.
    RecordingState {
        Pending "pending" "Being fetched",
        Available "available" "Available",
        Unavailable "unavailable" "Not recorded",
        Failed "failed" "Could not be fetched",
    }
);

text_enum!(
    /// Who speaks.
    Speaker {
        Caller "caller" "Caller",
        Agent "agent" "Agent",
    }
);

/// A row of the call log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallSummary {
    pub id: CallId,
    /// The provider's id, `conv_…`.
    pub conversation_id: String,
    pub agent: AgentRef,
    pub status: CallStatus,
    pub direction: Direction,
    pub outcome: Outcome,
    #[serde(deserialize_with = "crate::moment::read")]
    pub started_at: DateTime<Utc>,
    /// Whole seconds; 0 while the call runs.
    pub duration_seconds: i32,
    /// The other side's number in E.164, where there is one.
    pub counterpart: Option<String>,
    /// Only with `calls.transcript`.
    pub title: Option<String>,
    /// Code such as `es`.
    pub language: Option<String>,
    pub message_count: i32,
    pub recording: RecordingState,
    /// Only with `calls.cost`.
    pub cost: Option<Cost>,
}

/// `GET /api/calls/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallDetail {
    #[serde(flatten)]
    pub call: CallSummary,
    /// Only with `calls.transcript`, as are summary, evaluation and collected data.
    pub transcript: Option<Vec<Turn>>,
    pub summary: Option<String>,
    pub evaluation: Option<Vec<Criterion>>,
    pub collected: Option<Vec<CollectedValue>>,
    /// Only with `calls.cost`.
    pub cost_breakdown: Option<CostBreakdown>,
    /// Only with `calls.recording`.
    pub recording_detail: Option<Recording>,
    /// The agent's own number.
    pub agent_number: Option<String>,
    /// `initiation source` of the provider: `twilio`, `widget`, …
    pub source: Option<String>,
    pub termination_reason: Option<String>,
    pub error: Option<String>,
    /// The caller's rating, 1–5.
    pub rating: Option<i32>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub updated_at: DateTime<Utc>,
}

/// One turn of a transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Counts from 0.
    pub position: i32,
    pub speaker: Speaker,
    /// `None` where the agent only used a tool.
    pub message: Option<String>,
    /// Seconds from the start of the call; the player jumps here.
    pub at_seconds: f64,
    /// The other side spoke before this turn was finished.
    pub interrupted: bool,
    pub tools: Vec<ToolUse>,
}

/// A tool that the agent used within a turn, with its result when there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolUse {
    pub name: String,
    /// JSON text as the model wrote it.
    pub parameters: Option<String>,
    pub result: Option<String>,
    pub failed: bool,
    /// Seconds.
    pub latency_seconds: Option<f64>,
}

/// The verdict on one evaluation criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    pub id: String,
    pub outcome: Outcome,
    pub rationale: Option<String>,
}

/// A value that the agent was told to collect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollectedValue {
    pub id: String,
    pub value: serde_json::Value,
    pub rationale: Option<String>,
}

/// The stored sound of a call; fetched at `GET /api/calls/{id}/recording`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    pub state: RecordingState,
    pub bytes: Option<i64>,
    pub content_type: Option<String>,
    /// Why it is not there.
    pub error: Option<String>,
    /// Loudness of equal slices of the call, 0–1, at most 400; empty until computed.
    pub peaks: Vec<f32>,
}

/// The query of `GET /api/calls`; the same fields stand in the page's URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CallStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// First day, in the organization's zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last day, itself included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Words in title, summary, transcript (all with `calls.transcript` only) or a part of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}
