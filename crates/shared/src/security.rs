//! Sign-in rules of an organization.

use crate::organization::OrganizationKind;
use serde::{Deserialize, Serialize};

/// `GET /api/security`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInRules {
    pub roles: Vec<RoleRule>,
}

/// Whether the holders of a role need a second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRule {
    /// Key of a template or id of an own role.
    pub role: String,
    pub label: String,
    /// In which kind of organization it is held.
    pub kind: OrganizationKind,
    pub second_factor: bool,
    /// An organization above asks for it, so it holds whatever is chosen here.
    pub required_above: bool,
    /// Members of this organization who hold it.
    pub holders: i64,
    /// Those of them without a second factor: they set one up before they can go on.
    pub without: i64,
}

/// `PUT /api/security` → [`SignInRules`]: the roles whose holders need a second factor, here and below.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetSignInRules {
    pub second_factor_roles: Vec<String>,
}
