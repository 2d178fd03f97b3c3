//! Mail that was sent, and the mailbox of a machine that sends none.

use crate::id::MailId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// On its way, or to be tried again.
    Waiting,
    Sent,
    /// Given up.
    Failed,
    /// In the mailbox of a machine that sends none.
    Kept,
}

impl MailState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Kept => "kept",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::Failed, Self::Kept]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// `GET /api/platform/mail` → `Page<SentMail>`, newest first. What it says is not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMail {
    pub id: MailId,
    /// On whose behalf it was written.
    pub organization: String,
    pub recipient: String,
    /// Such as `member_invitation`.
    pub kind: String,
    pub subject: String,
    pub state: MailState,
    pub attempts: i32,
    pub last_error: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub created_at: DateTime<Utc>,
    /// When it was sent or given up.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub settled_at: Option<DateTime<Utc>>,
    /// It was given up and can be tried again.
    pub can_retry: bool,
}

/// `GET /api/dev/mail` → a list, newest first. Development and demo machines only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMail {
    pub id: MailId,
    pub recipient: String,
    pub kind: String,
    pub subject: String,
    #[serde(deserialize_with = "crate::moment::read")]
    pub created_at: DateTime<Utc>,
}

/// `GET /api/dev/mail/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMailDetail {
    pub id: MailId,
    pub sender: String,
    pub recipient: String,
    pub subject: String,
    pub html: String,
    pub text: String,
    /// Where its button leads.
    pub link: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub created_at: DateTime<Utc>,
}
