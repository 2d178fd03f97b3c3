//! Members of an organization.

use crate::agent::AgentRef;
use crate::email::Email;
use crate::error::FieldError;
use crate::id::{AgentId, UserId};
use crate::permission::{self, PermissionSet};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// `GET /api/members` → `Page<Member>`, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub id: UserId,
    pub name: String,
    pub email: Email,
    /// Key of a template or id of an own role.
    pub role: String,
    pub role_label: String,
    pub is_owner: bool,
    /// Beside what the role gives.
    pub grants: PermissionSet,
    /// Of what the role gives.
    pub denials: PermissionSet,
    /// What he may do in the end: role and grants, less denials, within what the organization was given.
    pub permission_count: i64,
    pub only_assigned_agents: bool,
    pub agents: Vec<AgentRef>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub second_factor: bool,
    /// Too many wrong tries: no sign-in until then.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub locked_until: Option<DateTime<Utc>>,
    /// He can not sign in.
    pub disabled: bool,
}

/// `PATCH /api/members/{user}` → [`Member`]. What is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UpdateMember {
    /// Key of a template or id of an own role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denials: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_assigned_agents: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agents: Option<Vec<AgentId>>,
}

/// What a member is granted and denied.
pub type GrantsAndDenials = (Option<PermissionSet>, Option<PermissionSet>);

impl UpdateMember {
    /// Grants and denials, or what to write beside the fields.
    pub fn validate(&self) -> Result<GrantsAndDenials, Vec<FieldError>> {
        let read = |field: &str, codes: &Option<Vec<String>>| {
            codes
                .as_deref()
                .map(|codes| permission::chosen(field, codes))
                .transpose()
        };
        let (grants, denials) = match (read("grants", &self.grants), read("denials", &self.denials)) {
            (Ok(grants), Ok(denials)) => (grants, denials),
            (grants, denials) => return Err([grants.err(), denials.err()].into_iter().flatten().collect()),
        };
        if let (Some(grants), Some(denials)) = (&grants, &denials)
            && let Some(both) = grants.intersection(denials).iter().next()
        {
            let text = format!("“{}” is granted and denied: choose one", both.label());
            return Err(vec![FieldError::new("denials", text)]);
        }
        Ok((grants, denials))
    }
}

#[cfg(test)]
mod tests {
    use super::UpdateMember;

    fn update(grants: &[&str], denials: &[&str]) -> UpdateMember {
        let list = |codes: &[&str]| Some(codes.iter().map(|code| (*code).to_owned()).collect());
        UpdateMember {
            grants: list(grants),
            denials: list(denials),
            ..UpdateMember::default()
        }
    }

    #[test]
    fn what_is_unknown_or_said_both_ways_is_refused_by_field() {
        let errors = update(&["calls.teleport"], &["nothing"]).validate().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["grants", "denials"]);
        let errors = update(&["calls.cost"], &["calls.cost"]).validate().unwrap_err();
        assert_eq!(errors.first().unwrap().field, "denials");
        let (grants, denials) = update(&["calls.cost"], &[]).validate().unwrap();
        assert_eq!((grants.unwrap().len(), denials.unwrap().len()), (1, 0));
    }
}
