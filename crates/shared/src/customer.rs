//! Organizations as the one above them sees, makes and limits them.

use crate::email::Email;
use crate::error::FieldError;
use crate::feature::Feature;
use crate::id::{AgentId, OrganizationId};
pub use crate::limits::{Allowance, AtProvider, Limits, SetLimits, Used};
use crate::organization::{Organization, OrganizationKind, OrganizationStatus};
use crate::slug;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// `GET /api/organizations` → `Page<OrganizationSummary>`, by name: an organization directly below with its health. What lies
/// below it counts as its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganizationSummary {
    pub id: OrganizationId,
    pub name: String,
    pub slug: String,
    pub kind: OrganizationKind,
    pub timezone: String,
    pub status: OrganizationStatus,
    pub status_reason: Option<String>,
    pub contact_email: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub created_at: DateTime<Utc>,
    /// Organizations below it.
    pub organizations: i64,
    pub agents: i64,
    pub members: i64,
    /// Calls of today and the six days before, on the organization's clock, oldest first.
    pub calls_by_day: Vec<i64>,
    /// Of those that were judged, 0–1; `None` when none was.
    pub success_rate_7d: Option<f64>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub last_call_at: Option<DateTime<Utc>>,
    pub running_calls: i64,
    /// Connections that are not healthy.
    pub failing_connections: i64,
    pub minutes_this_month: i64,
    /// The strictest on the way up.
    pub max_minutes_per_month: Option<i32>,
    /// Of its own connections; `None`: it has none, or none was synced.
    pub sync: Option<SyncHealth>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub synced_at: Option<DateTime<Utc>>,
}

impl OrganizationSummary {
    /// Today and the six days before.
    pub fn calls_7d(&self) -> i64 {
        self.calls_by_day.iter().sum()
    }
}

/// How the last syncs of an organization's connections went; the worst of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncHealth {
    Done,
    Running,
    Failed,
}

impl SyncHealth {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "done" => Some(Self::Done),
            "running" => Some(Self::Running),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// `GET /api/organizations/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganizationDetail {
    #[serde(flatten)]
    pub summary: OrganizationSummary,
    pub note: String,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub status_changed_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    pub allowance: Allowance,
}

/// `GET /api/organization`: one's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnOrganization {
    #[serde(flatten)]
    pub organization: Organization,
    pub contact_email: Option<String>,
    #[serde(flatten)]
    pub allowance: Allowance,
}

/// `POST /api/organizations`. What is left out comes from the template, where one is named.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateOrganization {
    pub name: String,
    /// Suggested from the name when left out.
    pub slug: Option<String>,
    /// IANA zone; that of the organization above when left out.
    pub timezone: Option<String>,
    pub contact_email: Option<String>,
    pub limits: Option<Limits>,
    pub features_off: Option<Vec<Feature>>,
    /// An organization directly below as well, whose limits, features and own roles are copied.
    pub template: Option<OrganizationId>,
}

impl CreateOrganization {
    /// The slug that is meant.
    pub fn slug(&self) -> String {
        let own = self.slug.as_deref().map(str::trim).filter(|own| !own.is_empty());
        own.map_or_else(|| slug::suggest(&self.name), str::to_owned)
    }

    /// # Errors
    /// What is wrong with each field and what would be right.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        errors.extend(name_complaint(&self.name));
        if !self.name.trim().is_empty() {
            errors.extend(slug::complaint(&self.slug()).map(|text| FieldError::new("slug", text)));
        }
        errors.extend(self.contact_email.as_deref().and_then(contact_complaint));
        errors.extend(self.limits.iter().flat_map(Limits::complaints));
        or_errors(errors)
    }
}

/// `PATCH /api/organizations/{id}`: a field that is left out stays; an empty contact address is taken away.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdateOrganization {
    pub name: Option<String>,
    pub slug: Option<String>,
    pub timezone: Option<String>,
    pub contact_email: Option<String>,
    pub note: Option<String>,
}

impl UpdateOrganization {
    /// # Errors
    /// As [`CreateOrganization::validate`].
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        errors.extend(self.name.as_deref().and_then(name_complaint));
        let slug = self.slug.as_deref().and_then(slug::complaint);
        errors.extend(slug.map(|text| FieldError::new("slug", text)));
        errors.extend(self.contact_email.as_deref().and_then(contact_complaint));
        if self
            .note
            .as_deref()
            .is_some_and(|note| note.chars().count() > 4000)
        {
            errors.push(FieldError::new("note", "4,000 characters at most"));
        }
        or_errors(errors)
    }
}

/// `PATCH /api/organization`: one's own; the slug belongs to whoever stands above.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UpdateOwnOrganization {
    pub name: Option<String>,
    pub timezone: Option<String>,
    pub contact_email: Option<String>,
}

impl From<UpdateOwnOrganization> for UpdateOrganization {
    fn from(own: UpdateOwnOrganization) -> Self {
        Self {
            name: own.name,
            timezone: own.timezone,
            contact_email: own.contact_email,
            ..Self::default()
        }
    }
}

/// `PUT /api/organizations/{id}/status`. Suspending needs a reason, which its members see.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetStatus {
    pub status: OrganizationStatus,
    #[serde(default)]
    pub reason: Option<String>,
}

impl SetStatus {
    /// # Errors
    /// As [`CreateOrganization::validate`].
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let length = self
            .reason
            .as_deref()
            .map_or(0, |reason| reason.trim().chars().count());
        let needed = self.status == OrganizationStatus::Suspended;
        if (needed && length < 3) || length > 500 {
            return Err(vec![FieldError::new(
                "reason",
                "Say why, in 3 to 500 characters. Its members see this.",
            )]);
        }
        Ok(())
    }
}

/// `POST /api/agents/{id}/move`. With history all calls so far go along; without it they stay under an archived agent of the
/// same name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MoveAgent {
    pub organization_id: OrganizationId,
    pub with_history: bool,
    /// The telephone numbers that it answers go along; needs `numbers.move`.
    #[serde(default)]
    pub with_numbers: bool,
}

/// Where the agent works from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedAgent {
    /// Its id there; the old one stays with calls that stay.
    pub agent_id: AgentId,
    pub organization_id: OrganizationId,
    /// Calls are still on their way: many, or some that run.
    pub history_follows: bool,
    /// Telephone numbers that went along.
    pub numbers: i64,
}

/// `GET /api/agents/{id}/move`: calls of before that are still on their way to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Following {
    pub calls: i64,
}

fn name_complaint(name: &str) -> Option<FieldError> {
    let length = name.trim().chars().count();
    (!(1..=120).contains(&length)).then(|| FieldError::new("name", "Enter a name of 1 to 120 characters"))
}

fn contact_complaint(address: &str) -> Option<FieldError> {
    let address = address.trim();
    let wrong = (!address.is_empty())
        .then(|| Email::parse(address).err())
        .flatten()?;
    Some(FieldError::new("contact_email", wrong.to_string()))
}

fn or_errors(errors: Vec<FieldError>) -> Result<(), Vec<FieldError>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_field_is_named() {
        let wrong = CreateOrganization {
            name: "x".repeat(121),
            slug: Some("WWW".to_owned()),
            contact_email: Some("nobody".to_owned()),
            limits: Some(Limits {
                max_agents: Some(-1),
                ..Limits::default()
            }),
            ..CreateOrganization::default()
        };
        let fields: Vec<_> = wrong
            .validate()
            .unwrap_err()
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(fields, ["name", "slug", "contact_email", "limits.max_agents"]);
    }

    #[test]
    fn suspending_needs_a_reason_and_activating_none() {
        let with = |status, reason: Option<&str>| {
            SetStatus {
                status,
                reason: reason.map(str::to_owned),
            }
            .validate()
        };
        assert!(with(OrganizationStatus::Suspended, None).is_err());
        assert!(with(OrganizationStatus::Suspended, Some("  ")).is_err());
        assert!(with(OrganizationStatus::Suspended, Some("Unpaid since May")).is_ok());
        assert!(with(OrganizationStatus::Active, None).is_ok());
    }
}
