//! Invitations: into an organization, and to found an agency. The link in the mail is the only proof; it works once.

use crate::email::Email;
use crate::error::FieldError;
use crate::id::{AgentId, InvitationId};
use crate::slug;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most letters in a personal message.
pub const MESSAGE_MAX: usize = 500;
/// Most letters in a person's name.
pub const NAME_MAX: usize = 120;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationKind {
    /// Into the organization that invites.
    Member,
    /// To found an agency below the platform.
    Agency,
    /// The same, asked for by the person himself.
    Registration,
}

impl InvitationKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Agency => "agency",
            Self::Registration => "registration",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Member, Self::Agency, Self::Registration]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }

    /// Accepting it founds an organization.
    pub fn founds(self) -> bool {
        self != Self::Member
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    Open,
    /// Nobody accepted it in time; sending it again opens it again.
    Expired,
    Accepted,
    Revoked,
}

/// What an agency is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyTerms {
    pub company: String,
    /// Of what its customers pay, in hundredths of a percent.
    pub commission_basis_points: i32,
    /// In the currency's smallest unit; 0: none.
    pub opening_credits_minor: i64,
    /// ISO 4217.
    pub currency: Option<String>,
}

/// `GET /api/members/invitations` and `GET /api/agencies/invitations` → `Page<Invitation>`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub kind: InvitationKind,
    pub email: Email,
    pub state: InvitationState,
    /// Of a member.
    pub role_label: Option<String>,
    pub only_assigned_agents: bool,
    /// Of an agency.
    pub terms: Option<AgencyTerms>,
    /// `None`: nobody, or somebody who is gone.
    pub invited_by: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub sent_at: DateTime<Utc>,
    /// How often it was sent.
    pub sends: i32,
    #[serde(deserialize_with = "crate::moment::read")]
    pub expires_at: DateTime<Utc>,
    /// When it was accepted or revoked.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub settled_at: Option<DateTime<Utc>>,
}

/// `POST /api/members/invitations` → [`Invitation`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CreateInvitation {
    pub email: String,
    /// Key of a template or id of an own role.
    pub role: String,
    pub message: String,
    pub only_assigned_agents: bool,
    pub agents: Vec<AgentId>,
}

/// `POST /api/agencies/invitations` → [`Invitation`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CreateAgencyInvitation {
    pub email: String,
    pub company: String,
    pub commission_basis_points: i32,
    pub opening_credits_minor: i64,
    pub currency: Option<String>,
    pub message: String,
}

fn email_or(text: &str, errors: &mut Vec<FieldError>) -> Option<Email> {
    Email::parse(text)
        .map_err(|error| errors.push(FieldError::new("email", error.to_string())))
        .ok()
}

fn message_complaint(message: &str) -> Option<FieldError> {
    let is_fine = message.chars().count() <= MESSAGE_MAX && !message.contains('\0');
    (!is_fine).then(|| FieldError::new("message", format!("{MESSAGE_MAX} letters at most")))
}

fn name_complaint(field: &str, name: &str, what: &str) -> Option<FieldError> {
    let length = name.trim().chars().count();
    let is_fine = (1..=NAME_MAX).contains(&length) && !name.chars().any(char::is_control);
    (!is_fine).then(|| FieldError::new(field, format!("Enter {what} of 1 to {NAME_MAX} letters")))
}

/// A share in hundredths of a percent.
pub fn commission_complaint(field: &str, basis_points: i32) -> Option<FieldError> {
    let is_fine = (0..=10_000).contains(&basis_points);
    (!is_fine).then(|| FieldError::new(field, "Enter a rate between 0 and 100 %"))
}

fn done<T>(value: Option<T>, errors: Vec<FieldError>) -> Result<T, Vec<FieldError>> {
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        _ => Err(errors),
    }
}

impl CreateInvitation {
    /// The address.
    ///
    /// # Errors
    /// What is wrong with each field and what would be right.
    pub fn validate(&self) -> Result<Email, Vec<FieldError>> {
        let mut errors = Vec::new();
        let email = email_or(&self.email, &mut errors);
        if self.role.trim().is_empty() {
            errors.push(FieldError::new("role", "Choose a role"));
        }
        errors.extend(message_complaint(&self.message));
        if self.agents.len() > 1_000 {
            errors.push(FieldError::new("agents", "1,000 agents at most"));
        }
        done(email, errors)
    }
}

impl CreateAgencyInvitation {
    /// The address.
    ///
    /// # Errors
    /// As [`CreateInvitation::validate`].
    pub fn validate(&self) -> Result<Email, Vec<FieldError>> {
        let mut errors = Vec::new();
        let email = email_or(&self.email, &mut errors);
        errors.extend(name_complaint("company", &self.company, "a company name"));
        errors.extend(commission_complaint(
            "commission_basis_points",
            self.commission_basis_points,
        ));
        if !(0..=1_000_000_000_000).contains(&self.opening_credits_minor) {
            let text = "Enter an amount that is not negative";
            errors.push(FieldError::new("opening_credits_minor", text));
        }
        let is_currency = |code: &String| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        match &self.currency {
            Some(code) if !is_currency(code) => {
                errors.push(FieldError::new("currency", "Enter a code such as EUR"));
            }
            None if self.opening_credits_minor > 0 => {
                errors.push(FieldError::new(
                    "currency",
                    "Say in which currency the credits are",
                ));
            }
            _ => {}
        }
        errors.extend(message_complaint(&self.message));
        done(email, errors)
    }
}

/// A link's secret part, sent in a body so that it stands in no log of addresses.
#[derive(Clone, Serialize, Deserialize)]
pub struct LinkToken {
    pub token: String,
}

impl std::fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

/// What becomes of the address's account when the invitation is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitedAccount {
    /// A new one is made: name and password are chosen now.
    New,
    /// There is one: its person signs in and accepts.
    Existing,
}

/// `POST /api/auth/invitation` with a [`LinkToken`]: what its holder sees before he accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationOffer {
    pub kind: InvitationKind,
    /// To whom it was sent.
    pub email: Email,
    /// Name of the product as the inviting side calls it.
    pub app_name: String,
    /// Which is joined; of an agency to be, the platform.
    pub organization: String,
    pub role_label: Option<String>,
    pub invited_by: Option<String>,
    pub message: String,
    pub terms: Option<AgencyTerms>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub expires_at: DateTime<Utc>,
    pub account: InvitedAccount,
    /// The address of whoever is signed in in this browser.
    pub signed_in_as: Option<Email>,
}

/// `POST /api/auth/invitation/accept` → the session.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptInvitation {
    pub token: String,
    /// Of a new account.
    pub name: String,
    /// Of a new account.
    pub password: String,
    /// Of an agency to be.
    pub company: String,
    /// Suggested from the company when left out.
    pub slug: Option<String>,
    /// IANA zone of an agency to be; the platform's when left out.
    pub timezone: Option<String>,
}

impl std::fmt::Debug for AcceptInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AcceptInvitation")
            .field("name", &self.name)
            .field("company", &self.company)
            .finish_non_exhaustive()
    }
}

impl AcceptInvitation {
    /// The slug that is meant.
    pub fn slug(&self) -> String {
        let own = self.slug.as_deref().map(str::trim).filter(|own| !own.is_empty());
        own.map_or_else(|| slug::suggest(&self.company), str::to_owned)
    }

    /// Everything but the password, whose rules the server knows.
    ///
    /// # Errors
    /// As [`CreateInvitation::validate`].
    pub fn validate(&self, kind: InvitationKind, account: InvitedAccount) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if account == InvitedAccount::New {
            errors.extend(name_complaint("name", &self.name, "your name"));
            if self.password.is_empty() {
                errors.push(FieldError::new("password", "Choose a password"));
            }
        }
        if kind.founds() {
            let company = name_complaint("company", &self.company, "a company name");
            if company.is_none() {
                errors.extend(slug::complaint(&self.slug()).map(|text| FieldError::new("slug", text)));
            }
            errors.extend(company);
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// `POST /api/auth/register`: asks for an agency of one's own. The answer is the same whoever asks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Register {
    pub email: String,
    pub company: String,
}

impl Register {
    /// The address.
    ///
    /// # Errors
    /// As [`CreateInvitation::validate`].
    pub fn validate(&self) -> Result<Email, Vec<FieldError>> {
        let mut errors = Vec::new();
        let email = email_or(&self.email, &mut errors);
        errors.extend(name_complaint("company", &self.company, "a company name"));
        done(email, errors)
    }
}

#[cfg(test)]
mod tests;
