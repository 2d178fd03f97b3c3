//! Sign-in and the session.

use crate::branding::Look;
use crate::email::Email;
use crate::error::FieldError;
use crate::id::{OrganizationId, UserId};
use crate::organization::{Organization, Standstill};
use crate::permission::PermissionSet;
use serde::{Deserialize, Serialize};

/// `POST /api/auth/login`. Replies with [`Session`] and the session cookie, or with [`SecondFactorRequired`].
#[derive(Clone, Serialize, Deserialize)]
pub struct LoginRequest {
    pub email: String,
    pub password: String,
}

impl LoginRequest {
    /// The parsed address, or what to write beside each field.
    pub fn validate(&self) -> Result<Email, Vec<FieldError>> {
        let mut errors = Vec::new();
        let email =
            Email::parse(&self.email).map_err(|e| errors.push(FieldError::new("email", e.to_string())));
        if self.password.is_empty() {
            errors.push(FieldError::new("password", "Enter your password"));
        } else if self.password.len() > 1024 {
            errors.push(FieldError::new(
                "password",
                "A password has 1,024 characters at most",
            ));
        }
        match email {
            Ok(email) if errors.is_empty() => Ok(email),
            _ => Err(errors),
        }
    }
}

impl std::fmt::Debug for LoginRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginRequest")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub name: String,
}

/// The password was right, and a code is asked for: `POST /api/auth/second-factor` with the cookie that came with it, within minutes.
/// Until then the cookie is worth nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorRequired {
    pub second_factor_required: bool,
}

/// `POST /api/auth/confirm`: that it is still he who signed in; one of the two.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Confirm {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Of the second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// The organization from which somebody visits another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    pub id: OrganizationId,
    pub name: String,
}

/// `GET /api/auth/session`: who is signed in, where, and what he may do there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub user: User,
    /// The organization in which the session works now.
    pub organization: Organization,
    /// Label of the role held there, such as `Admin`.
    pub role: String,
    pub permissions: PermissionSet,
    /// The membership lies above: a visit, which ends by itself.
    #[serde(default)]
    pub from_above: bool,
    /// Where that membership is; leaving the visit leads there.
    #[serde(default)]
    pub member_of: Option<Home>,
    /// The organization's members can do nothing now, and why.
    #[serde(default)]
    pub standstill: Option<Standstill>,
    /// His role asks for a second factor and he has none: nothing works but the account page, which sets one up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_factor_missing: bool,
    /// He has a second factor, with which he can confirm that it is he.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_second_factor: bool,
    /// Organizations that the session can switch to, the active one included, by name; 500 at most.
    pub organizations: Vec<Organization>,
    /// The machine runs on demo data.
    pub demo: bool,
    /// The product is shown as this role sees it, and nothing can be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
    /// In which the product is shown there.
    #[serde(default)]
    pub look: Look,
}

/// The role as which somebody looks at the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Key of a template or id of an own role.
    pub role: String,
    pub label: String,
}

/// `POST /api/auth/preview`. Replies with [`Session`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartPreview {
    /// Key of a template or id of an own role.
    pub role: String,
}
