//! What the platform decides for all.

use crate::error::FieldError;
use crate::invitation::commission_complaint;
use serde::{Deserialize, Serialize};

/// `GET` and `PUT /api/platform/settings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformSettings {
    /// Anybody may found an agency.
    pub registration_open: bool,
    /// Of agencies that register themselves, in hundredths of a percent.
    pub registration_commission_basis_points: i32,
    /// Days for which an invitation can be accepted.
    pub invitation_days: i32,
}

impl PlatformSettings {
    /// # Errors
    /// What is wrong with each field and what would be right.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        errors.extend(commission_complaint(
            "registration_commission_basis_points",
            self.registration_commission_basis_points,
        ));
        if !(1..=90).contains(&self.invitation_days) {
            errors.push(FieldError::new("invitation_days", "Choose 1 to 90 days"));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}
