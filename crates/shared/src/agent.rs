//! Voice agents.

use crate::id::{AgentId, ConnectionId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An agent where only its name matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRef {
    pub id: AgentId,
    pub name: String,
}

/// `GET /api/agents` → `Page<Agent>`, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    pub id: AgentId,
    pub connection_id: ConnectionId,
    /// The provider's id, `agent_…`.
    pub provider_agent_id: String,
    pub name: String,
    /// Code such as `de`.
    pub language: Option<String>,
    pub llm: Option<String>,
    pub voice_id: Option<String>,
    pub voice_name: Option<String>,
    /// The provider lets us follow its running calls word by word.
    pub monitoring: bool,
    pub tags: Vec<String>,
    /// No longer at the provider, or archived there.
    pub archived: bool,
    /// Calls that started in the last seven days.
    pub calls_7d: i64,
    /// Of these, ended and judged successful, 0–1; `None` when none was judged.
    pub success_rate_7d: Option<f64>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub last_call_at: Option<DateTime<Utc>>,
    /// Only with `agents.prompt`.
    pub prompt: Option<String>,
    /// Only with `agents.prompt`.
    pub first_message: Option<String>,
    /// The bound of the organization's limits on its calls, where one is wanted or stands at the provider.
    #[serde(default)]
    pub call_limit: Option<CallLimit>,
}

/// A bound on the calls of one agent, written to the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLimit {
    /// Calls at a time; `None`: as many as the provider lets it take.
    pub max_concurrent: Option<i32>,
    /// The minutes of the month are used up: it takes no new call.
    pub stopped: bool,
    pub state: LimitState,
    /// Why the provider refused.
    pub error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitState {
    /// The provider is being told.
    Pending,
    Applied,
    Failed,
}

impl LimitState {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "pending" => Some(Self::Pending),
            "applied" => Some(Self::Applied),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}
