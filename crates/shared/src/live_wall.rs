//! Running calls of an organization and of all below it, on one page.

use crate::agent::AgentRef;
use crate::call::{CallStatus, Direction};
use crate::error::FieldError;
use crate::id::{CallId, OrganizationId};
use crate::live::LiveGrade;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Seconds after which a running call counts as too long where nobody chose otherwise.
pub const LONG_AFTER: i32 = 900;

/// `GET /api/live/wall`: what the reader would see after entering each organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiveWall {
    /// The longest first.
    pub calls: Vec<WallCall>,
    /// How many there are; more than `calls` holds where very many run.
    pub total: i64,
    /// Of the organization that looks.
    pub long_after_seconds: i32,
    #[serde(deserialize_with = "crate::moment::read")]
    pub as_of: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WallCall {
    pub id: CallId,
    pub organization_id: OrganizationId,
    pub organization_name: String,
    /// The organization that looks has it itself.
    pub is_own: bool,
    pub agent: AgentRef,
    pub status: CallStatus,
    pub direction: Direction,
    pub counterpart: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub started_at: DateTime<Utc>,
    pub grade: LiveGrade,
}

/// `GET` and `PUT /api/live/settings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveSettings {
    /// From then on a running call counts as too long.
    pub long_after_seconds: i32,
}

impl LiveSettings {
    /// # Errors
    /// What is wrong with a field.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        if (30..=86_400).contains(&self.long_after_seconds) {
            return Ok(());
        }
        Err(vec![FieldError::new(
            "long_after_seconds",
            "Choose between 30 seconds and 24 hours",
        )])
    }
}
