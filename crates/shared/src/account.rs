//! The own account: password, second factor, sessions, sign-ins.

use crate::auth::User;
use crate::error::FieldError;
use crate::id::{SessionId, UserId};
use crate::password;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most letters in a person's name.
pub const NAME_MAX: usize = 120;

/// `GET /api/account`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub user: User,
    /// When the second factor was set up; `None`: there is none.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub second_factor_since: Option<DateTime<Utc>>,
    /// Recovery codes that were not used yet.
    pub recovery_codes_left: i64,
    /// The role asks for a second factor, so it can not be switched off.
    pub second_factor_required: bool,
}

/// `PATCH /api/account` → [`Account`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateAccount {
    pub name: String,
}

impl UpdateAccount {
    /// The name without blanks around it.
    ///
    /// # Errors
    /// What to write beside the field.
    pub fn validate(&self) -> Result<String, Vec<FieldError>> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.contains('\0') {
            let text = format!("Enter a name of 1 to {NAME_MAX} letters");
            return Err(vec![FieldError::new("name", text)]);
        }
        Ok(name.to_owned())
    }
}

/// `PUT /api/account/password`. Ends every other session.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub current: String,
    pub new: String,
}

impl ChangePassword {
    /// What a form can tell.
    ///
    /// # Errors
    /// What to write beside the fields.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.current.is_empty() || self.current.len() > 1024 {
            errors.push(FieldError::new("current", "Enter your present password"));
        }
        if let Some(text) = password::complaint(&self.new) {
            errors.push(FieldError::new("new", text));
        } else if self.new == self.current {
            errors.push(FieldError::new(
                "new",
                "Take another password than the present one",
            ));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// `POST /api/account/second-factor`: begun, and worth nothing until a code was shown.
#[derive(Clone, Serialize, Deserialize)]
pub struct Enrolment {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://…`, for the app on the same device.
    pub uri: String,
    /// The same as an SVG picture to scan.
    pub qr_svg: String,
}

/// A code of the app, of 6 digits, or a recovery code.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    pub code: String,
}

/// Shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// `GET /api/account/sessions` → a list, the latest seen first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    pub id: SessionId,
    /// Such as `Firefox on Windows`.
    pub device: String,
    pub ip: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub since: DateTime<Utc>,
    /// Exact to a minute.
    #[serde(deserialize_with = "crate::moment::read")]
    pub last_seen_at: DateTime<Utc>,
    /// The one that asks.
    pub current: bool,
}

/// How a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInOutcome {
    Success,
    WrongPassword,
    WrongSecondFactor,
    /// Tried while the account was locked.
    Locked,
    /// Of a newer server.
    #[serde(other)]
    Unknown,
}

impl SignInOutcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::WrongPassword => "wrong_password",
            Self::WrongSecondFactor => "wrong_second_factor",
            Self::Locked => "locked",
            Self::Unknown => "unknown",
        }
    }

    pub fn parse(text: &str) -> Self {
        [
            Self::Success,
            Self::WrongPassword,
            Self::WrongSecondFactor,
            Self::Locked,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == text)
        .unwrap_or(Self::Unknown)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Success => "Signed in",
            Self::WrongPassword => "Wrong password",
            Self::WrongSecondFactor => "Wrong code",
            Self::Locked => "Refused while locked",
            Self::Unknown => "Other",
        }
    }
}

/// One entry of `GET /api/account/sign-ins`, `GET /api/members/{user}/sign-ins` and `GET /api/security/sign-ins`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    pub user: UserId,
    pub name: String,
    pub email: String,
    #[serde(deserialize_with = "crate::moment::read")]
    pub at: DateTime<Utc>,
    pub outcome: SignInOutcome,
    pub ip: Option<String>,
    pub device: String,
}
