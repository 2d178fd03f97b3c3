//! The address of one's own account, and what is done by links that are mailed there.

use crate::email::Email;
use crate::error::FieldError;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// `POST /api/auth/forgot`: asks for a link to choose a new password. The answer is the same whether there is such an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ForgotPassword {
    pub email: String,
}

impl ForgotPassword {
    /// The address.
    ///
    /// # Errors
    /// What to write beside it.
    pub fn validate(&self) -> Result<Email, Vec<FieldError>> {
        Email::parse(&self.email).map_err(|error| vec![FieldError::new("email", error.to_string())])
    }
}

/// `POST /api/auth/reset/check` and the reply to a verification: whose account a link is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAccount {
    pub email: Email,
}

/// `POST /api/auth/reset`.
#[derive(Clone, Serialize, Deserialize)]
pub struct ResetPassword {
    pub token: String,
    pub password: String,
}

impl std::fmt::Debug for ResetPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResetPassword(…)")
    }
}

/// `GET /api/account/email`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnEmail {
    pub email: Email,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub verified_at: Option<DateTime<Utc>>,
    /// The address to which the last link was sent that can still be followed.
    pub pending: Option<Email>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub pending_until: Option<DateTime<Utc>>,
    /// The server can send mail.
    pub mail_ready: bool,
}

/// `PUT /api/account/email` → [`OwnEmail`]: sends a link to the new address, which becomes the account's once it is followed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeEmail {
    pub email: String,
    /// The account's password.
    pub password: String,
}

impl std::fmt::Debug for ChangeEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangeEmail")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

impl ChangeEmail {
    /// The new address; `own` is the present one.
    ///
    /// # Errors
    /// What is wrong with each field and what would be right.
    pub fn validate(&self, own: &Email) -> Result<Email, Vec<FieldError>> {
        let mut errors = Vec::new();
        let email = match Email::parse(&self.email) {
            Ok(email) if email == *own => {
                errors.push(FieldError::new("email", "This is your address already"));
                None
            }
            Ok(email) => Some(email),
            Err(error) => {
                errors.push(FieldError::new("email", error.to_string()));
                None
            }
        };
        if self.password.is_empty() || self.password.len() > 1024 {
            errors.push(FieldError::new("password", "Enter your password"));
        }
        match email {
            Some(email) if errors.is_empty() => Ok(email),
            _ => Err(errors),
        }
    }
}
