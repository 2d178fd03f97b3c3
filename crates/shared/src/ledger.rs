//! What became of every conversation of the provider: states of its artefacts, gaps, and how far a connection is compared.

use crate::call::text_enum;
use crate::id::CallId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum!(
    /// What belongs to a conversation.
    Artefact {
        Announced "announced" "Announced",
        Detail "detail" "Details",
        Transcript "transcript" "Transcript",
        Audio "audio" "Recording",
        Summary "summary" "Summary",
        Billed "billed" "Billed",
    }
);

text_enum!(
    /// Where an artefact is.
    ArtefactState {
        Waiting "waiting" "On its way",
        Done "done" "Here",
        None "none" "There is none",
        Failed "failed" "Could not be had",
        NotApplicable "not_applicable" "Not applicable yet",
    }
);

/// One artefact of one conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtefactStatus {
    pub artefact: Artefact,
    pub state: ArtefactState,
    /// Tries so far of what is not here yet.
    pub attempts: i32,
    /// Why it is not here, in words.
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub next_try_at: Option<DateTime<Utc>>,
}

impl ArtefactStatus {
    /// It should be here and is not.
    pub fn is_missing(&self) -> bool {
        matches!(self.state, ArtefactState::Waiting | ArtefactState::Failed)
    }
}

/// `GET /api/calls/{id}/ledger`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLedger {
    /// The provider has closed the call, so that what is missing is a gap.
    pub is_over: bool,
    /// The provider's list has it.
    pub is_listed: bool,
    pub artefacts: Vec<ArtefactStatus>,
}

text_enum!(
    /// How the webhook is at the provider.
    WebhookHealth {
        Unknown "unknown" "Not known",
        Working "working" "Working",
        Failing "failing" "Deliveries fail",
        Disabled "disabled" "Switched off",
        AutoDisabled "auto_disabled" "Switched off by ElevenLabs",
        Missing "missing" "Removed at ElevenLabs",
        Replaced "replaced" "Not used by the workspace",
    }
);

impl WebhookHealth {
    /// Calls reach us late until somebody repairs it.
    pub fn is_trouble(self) -> bool {
        !matches!(self, Self::Unknown | Self::Working)
    }
}

/// `GET /api/connections/{id}/completeness`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completeness {
    /// Conversations in the provider's list.
    pub listed: i64,
    /// Of these, here with all that belongs to them, or still running.
    pub accounted: i64,
    /// What began before this moment was compared with the list.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub checked_at: Option<DateTime<Utc>>,
    /// When the last walk through the whole list began.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub walked_at: Option<DateTime<Utc>>,
    /// A walk through the whole list goes on.
    pub walking: bool,
    /// Why the last look could not be ended.
    pub trouble: Option<String>,
    pub webhook: WebhookHealth,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub webhook_checked_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub webhook_failed_at: Option<DateTime<Utc>>,
    /// The HTTP status that the provider got; 0: no answer.
    pub webhook_error_code: Option<i32>,
    /// Newest first, at most 50.
    pub gaps: Vec<Gap>,
    /// Fields and values that this version does not know.
    pub novelties: i64,
}

/// A conversation of which something is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    pub conversation_id: String,
    /// `None`: there is no call yet, or it belongs to an organization below.
    pub call_id: Option<CallId>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub started_at: DateTime<Utc>,
    pub missing: Vec<ArtefactStatus>,
}
