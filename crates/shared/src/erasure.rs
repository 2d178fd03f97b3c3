//! Erasing calls for good, with a certificate.

use crate::email::Email;
use crate::error::FieldError;
use crate::id::{CallId, ErasureId};
use crate::letters;
use crate::phone;
use crate::work::Assignee;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most calls of one order.
pub const MAX_CALLS: i64 = 20_000;

/// What is to be erased: one call, or all of one caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Call(CallId),
    /// A telephone number in any notation, with its country code.
    Phone(String),
    /// A mail address: calls in which it was collected, said or written.
    Email(String),
}

impl Subject {
    /// The same, as calls have it.
    ///
    /// # Errors
    /// What is wrong with the number or the address.
    pub fn normalized(self) -> Result<Self, FieldError> {
        match self {
            Self::Call(id) => Ok(Self::Call(id)),
            Self::Phone(text) => phone::e164(&text)
                .map(Self::Phone)
                .map_err(|error| FieldError::new("phone", error.message())),
            Self::Email(text) => Email::parse(&text)
                .map(|email| Self::Email(letters::lower(email.as_str())))
                .map_err(|_email| FieldError::new("email", "Write an address such as anna@example.com")),
        }
    }

    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::Call(_) => SubjectKind::Call,
            Self::Phone(_) => SubjectKind::Phone,
            Self::Email(_) => SubjectKind::Email,
        }
    }

    /// What has to be typed before it is done.
    pub fn confirmation(&self) -> &str {
        match self {
            Self::Call(_) => "erase",
            Self::Phone(number) => number,
            Self::Email(address) => address,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    Call,
    Phone,
    Email,
}

impl SubjectKind {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Call => "One call",
            Self::Phone => "All calls with a telephone number",
            Self::Email => "All calls with a mail address",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Call, Self::Phone, Self::Email]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// `POST /api/erasures/preview`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviewErasure {
    pub subject: Subject,
}

/// What would be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasurePreview {
    /// As calls have it; to be typed.
    pub confirmation: String,
    pub calls: i64,
    /// Still running: these must end first.
    pub running: i64,
    pub recordings: i64,
    pub recording_bytes: i64,
    pub turns: i64,
    pub notes: i64,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub first_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub last_at: Option<DateTime<Utc>>,
}

/// `POST /api/erasures`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderErasure {
    pub subject: Subject,
    /// The number or the address as the preview shows it; the word `erase` for one call.
    pub confirmation: String,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErasedCounts {
    pub calls: i64,
    pub turns: i64,
    pub recordings: i64,
    pub recording_bytes: i64,
    pub notes: i64,
    /// Stored deliveries of the provider.
    pub deliveries: i64,
    pub live_events: i64,
    /// Files that may have held them.
    pub exports: i64,
    /// Conversations deleted at the provider just now.
    pub provider_deleted: i64,
    /// Conversations that the provider had no more.
    pub provider_gone: i64,
    /// Conversations of a workspace that was removed here meanwhile: nobody could be asked.
    pub provider_disconnected: i64,
    /// Calls that went to another organization meanwhile, and stay there.
    pub moved: i64,
}

/// One of `GET /api/erasures`, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Erasure {
    pub id: ErasureId,
    /// Counts from 1 within the organization, without gaps.
    pub number: i64,
    pub kind: SubjectKind,
    pub requested_by: Option<Assignee>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub requested_at: DateTime<Utc>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub finished_at: Option<DateTime<Utc>>,
    pub calls_total: i64,
    pub calls_done: i64,
    /// Why it waits.
    pub trouble: Option<String>,
    pub counts: ErasedCounts,
    /// Once it is carried out.
    pub certificate: Option<Certificate>,
}

/// That something was erased, without telling what it said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    pub organization: String,
    pub number: i64,
    pub kind: SubjectKind,
    /// Keyed digest of the number, the address or the conversation, hexadecimal. Only this server can make it again.
    pub subject_digest: String,
    #[serde(deserialize_with = "crate::moment::read")]
    pub requested_at: DateTime<Utc>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub finished_at: DateTime<Utc>,
    pub counts: ErasedCounts,
    pub calls: Vec<ErasedCall>,
    /// SHA-256 of all of the above as JSON, hexadecimal; the audit log has it too.
    pub digest: String,
}

/// An erased call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedCall {
    /// SHA-256 of the workspace and the conversation, hexadecimal.
    pub conversation_digest: String,
    /// `deleted`, `gone` or `disconnected`.
    pub provider: String,
    #[serde(deserialize_with = "crate::moment::read")]
    pub erased_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_looked_for_as_calls_have_him() {
        let phone = Subject::Phone("0049 (0)30 1234567".to_owned())
            .normalized()
            .unwrap();
        assert_eq!(phone.confirmation(), "+49301234567");
        let mail = Subject::Email(" Anna@Example.com ".to_owned())
            .normalized()
            .unwrap();
        assert_eq!(mail.confirmation(), "anna@example.com");
        assert_eq!(
            Subject::Phone("030 1".to_owned()).normalized().unwrap_err().field,
            "phone"
        );
        assert_eq!(
            Subject::Email("anna".to_owned()).normalized().unwrap_err().field,
            "email"
        );
    }
}
