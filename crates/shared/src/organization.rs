//! Organizations: platform → agency → customer.

use crate::error::FieldError;
use crate::id::OrganizationId;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationKind {
    Platform,
    Agency,
    Customer,
}

impl OrganizationKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Agency => "agency",
            Self::Customer => "customer",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Platform, Self::Agency, Self::Customer]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// Whether an organization may work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationStatus {
    #[default]
    Active,
    /// Its members can sign in and see why they can do nothing; its calls are still kept.
    Suspended,
    /// Put away: shown in no list unless asked for.
    Archived,
}

impl OrganizationStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Archived => "archived",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Suspended, Self::Archived]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// An organization as its members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    pub slug: String,
    pub kind: OrganizationKind,
    /// IANA zone, such as `Europe/Berlin`: days and charts are cut in it.
    pub timezone: String,
    /// Suspended or archived also when one above it is.
    #[serde(default)]
    pub status: OrganizationStatus,
}

/// Why an organization does not work, for its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standstill {
    /// As given when it was stopped; `None` when one above it was.
    pub reason: Option<String>,
    /// Whom to ask: the organization above.
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
}

/// `POST /api/auth/organization`: work in another organization from now on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SwitchOrganization {
    pub organization_id: OrganizationId,
    /// Needed by who enters from above without being a member there; kept in that organization's audit log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl SwitchOrganization {
    /// The reason of a visit.
    ///
    /// # Errors
    /// When there is none of 3 to 200 characters.
    pub fn visit_reason(&self) -> Result<String, Vec<FieldError>> {
        let reason = self.reason.as_deref().unwrap_or_default().trim();
        if (3..=200).contains(&reason.chars().count()) {
            Ok(reason.to_owned())
        } else {
            Err(vec![FieldError::new(
                "reason",
                "Say why you enter, in 3 to 200 characters. It stands in their audit log.",
            )])
        }
    }
}
