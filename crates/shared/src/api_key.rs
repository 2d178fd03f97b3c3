//! API keys: with them a program calls the API in the name of whoever made them.

use crate::auth::User;
use crate::error::FieldError;
use crate::id::ApiKeyId;
use crate::permission::{self, Permission, PermissionSet};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most letters in a key's name.
pub const NAME_MAX: usize = 60;
/// Most networks from which a key may be used.
pub const NETWORKS_MAX: usize = 20;
/// The longest that a key may live, in days.
pub const DAYS_MAX: u32 = 730;

/// What no key may do: whoever has one could make himself more of them, or a way in.
pub const NEVER: &[Permission] = &[
    Permission::ApiKeysManage,
    Permission::SecurityManage,
    Permission::MembersSecurity,
    Permission::PermissionsPreview,
];

/// `GET /api/api-keys` → a list, newest first; those that were revoked are in it for 30 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// `es_` and the eight characters by which it is found; the secret is not kept.
    pub prefix: String,
    /// As chosen. What it may do now is never more than what its maker may.
    pub permissions: PermissionSet,
    /// CIDR; empty: from anywhere.
    pub networks: Vec<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub created_at: DateTime<Utc>,
    pub created_by: User,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub revoked_at: Option<DateTime<Utc>>,
    /// Exact to a minute.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub last_used_at: Option<DateTime<Utc>>,
    pub last_used_ip: Option<String>,
}

/// `POST /api/api-keys` → [`NewApiKey`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    pub name: String,
    pub permissions: Vec<String>,
    #[serde(default)]
    pub networks: Vec<String>,
    /// `None`: until it is revoked.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

/// The key itself, shown this once.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewApiKey {
    pub api_key: ApiKey,
    /// `es_<prefix>_<secret>`, for `Authorization: Bearer`.
    pub key: String,
}

impl CreateApiKey {
    /// The permissions, or what to write beside the fields. Networks are read by the server.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn validate(&self) -> Result<PermissionSet, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.contains('\0') {
            let text = format!("Give the key a name of 1 to {NAME_MAX} letters");
            errors.push(FieldError::new("name", text));
        }
        if self.networks.len() > NETWORKS_MAX {
            let text = format!("{NETWORKS_MAX} networks at most");
            errors.push(FieldError::new("networks", text));
        }
        if self
            .expires_in_days
            .is_some_and(|days| !(1..=DAYS_MAX).contains(&days))
        {
            let text = format!("A key lives 1 to {DAYS_MAX} days");
            errors.push(FieldError::new("expires_in_days", text));
        }
        let permissions = permission::chosen("permissions", &self.permissions)
            .and_then(possible)
            .map_err(|error| errors.push(error));
        match permissions {
            Ok(permissions) if errors.is_empty() => Ok(permissions),
            _ => Err(errors),
        }
    }
}

fn possible(set: PermissionSet) -> Result<PermissionSet, FieldError> {
    if set.is_empty() {
        return Err(FieldError::new("permissions", "Choose at least one permission"));
    }
    match NEVER.iter().find(|never| set.contains(**never)) {
        None => Ok(set),
        Some(never) => Err(FieldError::new(
            "permissions",
            format!("“{}” can not be given to a key", never.label()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::CreateApiKey;

    fn key(permission: &str) -> CreateApiKey {
        CreateApiKey {
            name: "Exporter".to_owned(),
            permissions: vec![permission.to_owned()],
            networks: Vec::new(),
            expires_in_days: None,
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        assert_eq!(key("calls.list").validate().unwrap().len(), 1);
        for never in ["api_keys.manage", "security.manage", "calls.teleport"] {
            let errors = key(never).validate().unwrap_err();
            assert_eq!(errors.first().unwrap().field, "permissions", "{never}");
        }
        let wrong = CreateApiKey {
            name: " ".to_owned(),
            permissions: Vec::new(),
            networks: vec![String::new(); 21],
            expires_in_days: Some(0),
        };
        let fields: Vec<_> = wrong
            .validate()
            .unwrap_err()
            .into_iter()
            .map(|e| e.field)
            .collect();
        assert_eq!(fields, ["name", "networks", "expires_in_days", "permissions"]);
    }
}
