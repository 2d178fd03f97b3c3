//! Calls: the log, one call, its transcript and its recording.

use crate::agent::AgentRef;
use crate::cost::{Cost, CostBreakdown};
use crate::id::CallId;
use crate::work::CallWork;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An enumeration with the text that is stored and sent, and the label that is shown.
pub use crate::call_filter::CallFilter;

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

pub(crate) use text_enum;

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
        Partial "partial" "Shorter than the call",
        Unavailable "unavailable" "Not recorded",
        Failed "failed" "Could not be fetched",
    }
);

impl RecordingState {
    /// There is something to hear.
    pub fn plays(self) -> bool {
        matches!(self, Self::Available | Self::Partial)
    }
}

text_enum!(
    /// Where a recording is looked for, in this order.
    RecordingTier {
        Storage "storage" "Our storage",
        Provider "provider" "ElevenLabs",
        Link "link" "Link given by ElevenLabs",
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
    /// Of a failed call: that nobody answered, the line was busy, the call was declined, or in the provider's words.
    #[serde(default)]
    pub failed_because: Option<String>,
    /// Code such as `es`.
    pub language: Option<String>,
    pub message_count: i32,
    pub recording: RecordingState,
    /// Only with `calls.cost`.
    pub cost: Option<Cost>,
    /// Tags and what else people made of it.
    #[serde(default)]
    pub work: CallWork,
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
    /// Length of the sound, where it could be measured.
    #[serde(default)]
    pub seconds: Option<f32>,
    /// Where it was looked for in vain.
    #[serde(default)]
    pub misses: Vec<RecordingMiss>,
    /// Asking for it again may help: `POST /api/calls/{id}/recording/fetch`.
    #[serde(default)]
    pub can_fetch: bool,
}

/// A place where a recording was looked for and not found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordingMiss {
    pub tier: RecordingTier,
    /// The last time's.
    pub reason: String,
    /// How often.
    pub misses: i32,
    #[serde(deserialize_with = "crate::moment::read")]
    pub last_at: DateTime<Utc>,
}

/// What a link to a recording is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingUse {
    /// To be played, by `calls.recording`.
    #[default]
    Listen,
    /// To be saved as a file, by `calls.download`.
    Save,
}

/// `POST /api/calls/{id}/recording/link` → [`RecordingLink`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AskRecordingLink {
    pub purpose: RecordingUse,
}

/// An address that gives its holder one recording for a while, without signing in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingLink {
    /// Relative to the host that was asked: an agency's links lead to the agency's own host.
    pub url: String,
    #[serde(deserialize_with = "crate::moment::read")]
    pub expires_at: DateTime<Utc>,
}
