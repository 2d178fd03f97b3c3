//! What an organization is given from above: how much it may use, which features and permissions it has.

use crate::error::FieldError;
use crate::feature::Feature;
use crate::permission::Permission;
use serde::{Deserialize, Serialize};

/// How much an organization may use, together with everything below it; `None`: as much as the one above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    pub max_agents: Option<i32>,
    pub max_users: Option<i32>,
    pub max_concurrent_calls: Option<i32>,
    pub max_minutes_per_month: Option<i32>,
    pub max_storage_bytes: Option<i64>,
}

/// What of the limits is used, by an organization and everything below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    pub agents: i64,
    pub users: i64,
    pub concurrent_calls: i64,
    pub minutes_this_month: i64,
    pub storage_bytes: i64,
}

/// What an organization was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Allowance {
    /// As set for it.
    pub limits: Limits,
    /// The strictest on the way up.
    pub effective: Limits,
    pub used: Used,
    pub at_provider: AtProvider,
    /// Switched off for it; what is off above is off as well.
    pub features_off: Vec<Feature>,
    /// `None`: whatever the organization above has.
    pub allowed_permissions: Option<Vec<Permission>>,
}

/// How far limits on calls have come at the provider: calls begin there, so there they are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtProvider {
    /// Agents that a limit is written to.
    pub agents: i64,
    pub applied: i64,
    pub failed: i64,
    /// Agents that take no new call, because the minutes of the month are used up.
    pub stopped: i64,
    /// What the provider said of one that failed.
    pub error: Option<String>,
}

/// `PUT /api/organizations/{id}/limits`: all of it at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SetLimits {
    pub limits: Limits,
    pub features_off: Vec<Feature>,
    pub allowed_permissions: Option<Vec<Permission>>,
}

impl SetLimits {
    /// # Errors
    /// As [`crate::customer::CreateOrganization::validate`].
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let errors = self.limits.complaints();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl Limits {
    pub(crate) fn complaints(&self) -> Vec<FieldError> {
        let fields = [
            ("limits.max_agents", self.max_agents.map(i64::from)),
            ("limits.max_users", self.max_users.map(i64::from)),
            (
                "limits.max_concurrent_calls",
                self.max_concurrent_calls.map(i64::from),
            ),
            (
                "limits.max_minutes_per_month",
                self.max_minutes_per_month.map(i64::from),
            ),
            ("limits.max_storage_bytes", self.max_storage_bytes),
        ];
        let negative = fields
            .into_iter()
            .filter(|(_, limit)| limit.is_some_and(|limit| limit < 0));
        negative
            .map(|(field, _)| FieldError::new(field, "Zero or more; leave it empty for no limit of its own"))
            .collect()
    }
}
