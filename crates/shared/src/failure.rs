//! Work that was given up, what the provider sent, and what of it this version does not know.

use crate::call::text_enum;
use crate::error::FieldError;
use crate::id::{CallId, ConnectionId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `GET /api/failures` → `Page<FailedJob>`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedJob {
    pub id: i64,
    /// As the queue knows it, such as `fetch_recording`.
    pub name: String,
    /// What it was to do.
    pub label: String,
    /// Whose it was; on the platform's page only.
    pub organization: Option<String>,
    pub call_id: Option<CallId>,
    pub attempts: i32,
    pub error: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub created_at: DateTime<Utc>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub failed_at: DateTime<Utc>,
}

text_enum!(
    /// What became of a delivery.
    DeliveryState {
        New "new" "Waiting",
        Done "done" "Done",
        Ignored "ignored" "Set aside",
        Failed "failed" "Failed",
    }
);

/// `GET /api/deliveries` → `Page<Delivery>`, newest first: what the provider sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub id: Uuid,
    pub connection_id: ConnectionId,
    #[serde(deserialize_with = "crate::moment::read")]
    pub received_at: DateTime<Utc>,
    pub event_type: String,
    pub state: DeliveryState,
    pub error: Option<String>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub processed_at: Option<DateTime<Utc>>,
    /// It is in line to be done again.
    pub replaying: bool,
}

/// `GET /api/deliveries/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryPayload {
    pub delivery: Delivery,
    /// As sent, set out in lines where it is JSON; cut where it is very long.
    pub payload: String,
    /// Bytes as sent.
    pub bytes: i64,
    pub is_cut: bool,
}

/// Which ones: named, or all of a time. `POST …/replay` and `POST …/discard` of `/api/deliveries` and `/api/failures`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chosen<Id> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<Id>,
    /// Received, or failed, at this moment or later.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::moment::read_optional"
    )]
    pub from: Option<DateTime<Utc>>,
    /// … and before this one.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::moment::read_optional"
    )]
    pub to: Option<DateTime<Utc>>,
    /// Of deliveries: in this state only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<DeliveryState>,
    /// Of failed work: of this kind only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl<Id> Chosen<Id> {
    /// Most that are named in one request.
    pub const MOST: usize = 1_000;

    /// # Errors
    /// What is wrong with the choice: none at all must not mean everything.
    pub fn check(&self) -> Result<(), FieldError> {
        if self.ids.is_empty() && (self.from.is_none() || self.to.is_none()) {
            return Err(FieldError::new("ids", "Name what is meant, or send from and to"));
        }
        if self.ids.len() > Self::MOST {
            let message = format!("Name at most {}, or send from and to", Self::MOST);
            return Err(FieldError::new("ids", message));
        }
        Ok(())
    }
}

/// What came of a replay or of letting go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    pub affected: i64,
    /// Waits already, so nothing was added.
    #[serde(default)]
    pub already_waiting: i64,
}

/// `GET /api/novelties`: a field or a value of the provider's that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Novelty {
    pub connection_id: ConnectionId,
    pub connection: String,
    /// Such as `metadata.phone_call.carrier`.
    pub path: String,
    /// Of an enumeration; `None`: the field itself is new.
    pub value: Option<String>,
    pub seen: i64,
    #[serde(deserialize_with = "crate::moment::read")]
    pub first_seen_at: DateTime<Utc>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub last_seen_at: DateTime<Utc>,
    /// The conversation that brought it last.
    pub example: String,
}
