//! Roles as an organization sees and makes them.

use crate::error::FieldError;
use crate::id::RoleId;
use crate::organization::OrganizationKind;
use crate::permission::{self, PermissionSet};
use crate::role::possible_in;
use serde::{Deserialize, Serialize};

/// Most letters in a role's name.
pub const NAME_MAX: usize = 60;
/// Most letters in its description.
pub const DESCRIPTION_MAX: usize = 300;

/// Where a role comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleSource {
    /// The product brings it.
    Template,
    /// The organization made it.
    Own,
    /// An organization above made it.
    Above,
}

/// `GET /api/roles` → a list: templates, then own roles, then those from above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Key of a template or id of an own role: what members, previews and rules name it by.
    pub role: String,
    pub label: String,
    pub description: String,
    /// In which kind of organization it can be given.
    pub kind: OrganizationKind,
    pub source: RoleSource,
    pub permissions: PermissionSet,
    /// Members who have it: of the own organization, with an own role also of those below.
    pub holders: i64,
}

impl Role {
    /// Of a role that is not a template.
    pub fn id(&self) -> Option<RoleId> {
        self.role.parse().ok()
    }
}

/// `POST /api/roles` → [`Role`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateRole {
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// The organization's own kind, or one below it.
    pub kind: OrganizationKind,
    pub permissions: Vec<String>,
}

/// `PATCH /api/roles/{id}` → [`Role`]. What is left out stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UpdateRole {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
}

impl CreateRole {
    /// The permissions, or what to write beside the fields; `own` is the kind of the organization that makes it.
    pub fn validate(&self, own: OrganizationKind) -> Result<PermissionSet, Vec<FieldError>> {
        let mut errors = Vec::new();
        let length = self.name.trim().chars().count();
        if length == 0 || length > NAME_MAX {
            let text = format!("Give the role a name of 1 to {NAME_MAX} letters");
            errors.push(FieldError::new("name", text));
        }
        if self.description.trim().chars().count() > DESCRIPTION_MAX {
            let text = format!("Describe it in {DESCRIPTION_MAX} letters at most");
            errors.push(FieldError::new("description", text));
        }
        if self.name.contains('\0') || self.description.contains('\0') {
            errors.push(FieldError::new("name", "Leave out the character NUL"));
        }
        if self.kind < own {
            let text = format!("Choose {} or a kind below it", own.as_str());
            errors.push(FieldError::new("kind", text));
        }
        let permissions = permission::chosen("permissions", &self.permissions)
            .and_then(|set| self.possible(set))
            .map_err(|error| errors.push(error));
        match permissions {
            Ok(permissions) if errors.is_empty() => Ok(permissions),
            _ => Err(errors),
        }
    }

    fn possible(&self, set: PermissionSet) -> Result<PermissionSet, FieldError> {
        let never = set.difference(&possible_in(self.kind));
        if set.is_empty() {
            return Err(FieldError::new("permissions", "Choose at least one permission"));
        }
        match never.iter().next() {
            None => Ok(set),
            Some(one) => Err(FieldError::new(
                "permissions",
                format!(
                    "“{}” can not be held in an organization of kind {}",
                    one.label(),
                    self.kind.as_str()
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CreateRole;
    use crate::organization::OrganizationKind::{Agency, Customer};

    fn role(kind: crate::organization::OrganizationKind, permission: &str) -> CreateRole {
        CreateRole {
            name: "Listener".to_owned(),
            description: String::new(),
            kind,
            permissions: vec![permission.to_owned()],
        }
    }

    #[test]
    fn a_role_holds_what_its_kind_of_organization_can_hold() {
        assert!(role(Customer, "calls.list").validate(Agency).is_ok());
        let field = |role: CreateRole, own| role.validate(own).unwrap_err().remove(0).field;
        assert_eq!(field(role(Customer, "organizations.list"), Agency), "permissions");
        assert_eq!(field(role(Agency, "calls.list"), Customer), "kind");
        assert_eq!(field(role(Customer, "calls.teleport"), Customer), "permissions");
        let unnamed = CreateRole {
            name: " ".to_owned(),
            ..role(Customer, "calls.list")
        };
        assert_eq!(field(unnamed, Customer), "name");
    }
}
