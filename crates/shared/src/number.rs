//! Telephone numbers of the connected workspaces.

use crate::agent::AgentRef;
use crate::id::{AgentId, ConnectionId, OrganizationId, PhoneNumberId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// `GET /api/phone-numbers` → `Page<PhoneNumber>`, by number: the organization's own and, with `organizations.list`, those of the
/// organizations below.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhoneNumber {
    pub id: PhoneNumberId,
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub connection_id: ConnectionId,
    /// The provider's id, `phnum_…`.
    pub provider_number_id: String,
    /// As the workspace wrote it, mostly E.164.
    pub number: String,
    pub label: String,
    /// Who carries its calls: `twilio`, `sip_trunk`, `exotel` or what the provider calls it.
    pub provider: String,
    pub supports_inbound: bool,
    pub supports_outbound: bool,
    /// Who answers, where it is an agent of the same organization.
    pub agent: Option<AgentRef>,
    /// Somebody answers; without an `agent` it is one of another organization.
    pub answered: bool,
    pub assignment: Assignment,
    /// Who is to answer, while that is not settled; `None`: nobody.
    pub wanted_agent: Option<String>,
    /// Why the provider refused the last change.
    pub trouble: Option<String>,
    /// No longer at the provider, or given to another organization.
    pub archived: bool,
    /// When it was given to another organization.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub moved_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub synced_at: Option<DateTime<Utc>>,
}

/// Whether the provider knows who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    Settled,
    /// The provider is being told.
    Pending,
    /// The provider refused.
    Failed,
}

impl Assignment {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Pending => "pending",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Settled, Self::Pending, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// `PUT /api/phone-numbers/{id}/agent`: who answers from now on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignNumber {
    /// An agent of the same organization and workspace; `null`: nobody.
    pub agent_id: Option<AgentId>,
}

/// `POST /api/phone-numbers/{id}/move`. Calls stay with the agents that answered them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MoveNumber {
    pub organization_id: OrganizationId,
    /// The number stays listed where it was, as given away on this day; otherwise nothing of it is left there.
    pub keep_record: bool,
}

/// Where the number belongs from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedNumber {
    pub number_id: PhoneNumberId,
    pub organization_id: OrganizationId,
    /// The agent that answered belongs to another organization, so nobody answers: the provider is being told.
    pub unanswered: bool,
}
