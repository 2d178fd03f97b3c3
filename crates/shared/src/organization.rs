//! Organizations: platform → agency → customer.

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

/// `POST /api/auth/organization`: work in another organization from now on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SwitchOrganization {
    pub organization_id: OrganizationId,
}
