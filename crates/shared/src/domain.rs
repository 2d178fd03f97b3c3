//! Domains of an organization's own.

use crate::id::DomainId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Domains that one organization may have.
pub const MOST_DOMAINS: usize = 5;

/// `POST /api/domains`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddDomain {
    pub domain: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainState {
    /// DNS does not prove yet that it is the organization's.
    Pending,
    Verified,
    /// Was verified, and has not been found right for days.
    Broken,
}

impl DomainState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Broken => "broken",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Verified, Self::Broken]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A record to be set at the domain's DNS, and what is there now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    /// `TXT` or `CNAME`.
    pub kind: String,
    pub name: String,
    pub value: String,
    pub ok: bool,
    /// As found at the last check; `None`: not asked yet, or nobody answered.
    pub seen: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    pub id: DomainId,
    /// In punycode, as DNS has it.
    pub domain: String,
    /// As people write it.
    pub shown: String,
    pub state: DomainState,
    pub records: Vec<DnsRecord>,
    /// What is missing, in words.
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub checked_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub next_check_at: DateTime<Utc>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub verified_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub failing_since: Option<DateTime<Utc>>,
}

/// `GET /api/domains`: where an organization can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domains {
    /// Below the platform's own domain, where it has one.
    pub subdomain: Option<String>,
    /// The sign-in page in its look where neither is possible.
    pub path: Option<String>,
    /// Where its domains must lead; `None`: the platform has no name of its own, and domains can not be used.
    pub target: Option<String>,
    pub most: usize,
    pub domains: Vec<Domain>,
}
