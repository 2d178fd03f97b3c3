//! What a supervisor can do to a running call, and how far each call can be followed.

use crate::error::FieldError;
use crate::id::CallId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Characters of a hint or of a message in the place of the agent.
pub const LONGEST_TEXT: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    End,
    Transfer,
    Hint,
    TakeOver,
    Say,
    GiveBack,
}

impl CommandKind {
    pub const ALL: [Self; 6] = [
        Self::End,
        Self::Transfer,
        Self::Hint,
        Self::TakeOver,
        Self::Say,
        Self::GiveBack,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::Transfer => "transfer",
            Self::Hint => "hint",
            Self::TakeOver => "take_over",
            Self::Say => "say",
            Self::GiveBack => "give_back",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// As a list of what was done says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::End => "End the call",
            Self::Transfer => "Transfer the call",
            Self::Hint => "Hint to the agent",
            Self::TakeOver => "Take over the chat",
            Self::Say => "Message in the place of the agent",
            Self::GiveBack => "Give the chat back",
        }
    }
}

/// How far a command came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandState {
    /// No process has taken it yet.
    Waiting,
    /// One process is handing it to the provider.
    Taken,
    /// The provider has it; what it does with it can not be seen from outside.
    Sent,
    /// The provider has it and its effect was seen.
    Confirmed,
    /// The provider has it, and no effect was seen in time.
    Unconfirmed,
    /// The provider or the call's agent refused.
    Refused,
    /// It did not reach the provider.
    Failed,
}

impl CommandState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Taken => "taken",
            Self::Sent => "sent",
            Self::Confirmed => "confirmed",
            Self::Unconfirmed => "unconfirmed",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Waiting,
            Self::Taken,
            Self::Sent,
            Self::Confirmed,
            Self::Unconfirmed,
            Self::Refused,
            Self::Failed,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting | Self::Taken => "On its way",
            Self::Sent => "Sent",
            Self::Confirmed => "Done",
            Self::Unconfirmed => "Sent, not confirmed",
            Self::Refused => "Refused",
            Self::Failed => "Not sent",
        }
    }
}

/// One command that was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandRecord {
    pub id: Uuid,
    pub kind: CommandKind,
    pub state: CommandState,
    /// What came of it, where there is more to say.
    pub detail: Option<String>,
    /// The number or the words; only for who reads running calls.
    pub argument: Option<String>,
    /// Name of who gave it; `None`: the account is gone.
    pub by: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub at: DateTime<Utc>,
}

/// `POST /api/live/calls/{id}/end`. The same `key` again is the same command, which is sent once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndCall {
    pub key: Uuid,
}

/// `POST /api/live/calls/{id}/transfer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferCall {
    pub key: Uuid,
    /// In E.164, such as `+4930123456`; blanks, hyphens, dots and brackets are left out.
    pub number: String,
}

/// `POST /api/live/calls/{id}/hint`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveHint {
    pub key: Uuid,
    /// The agent reads it, the caller does not.
    pub text: String,
}

/// `POST /api/live/calls/{id}/takeover`, for chats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Takeover {
    pub key: Uuid,
    pub action: TakeoverAction,
    /// For `say`.
    #[serde(default)]
    pub text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeoverAction {
    /// The agent falls silent.
    Start,
    /// Writes to the caller in its place.
    Say,
    /// The agent answers again.
    End,
}

impl TransferCall {
    /// The number as it is dialled.
    ///
    /// # Errors
    /// What is wrong with `number`.
    pub fn number(&self) -> Result<String, FieldError> {
        let wrong = || {
            FieldError::new(
                "number",
                "Enter a number with its country code, such as +4930123456",
            )
        };
        let number: String = self
            .number
            .trim()
            .chars()
            .filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '/'))
            .collect();
        let digits = number.strip_prefix('+').ok_or_else(wrong)?;
        // E.164: at most 15 digits, and no country code begins with 0.
        let fits = (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        fits.then_some(number).ok_or_else(wrong)
    }
}

impl GiveHint {
    /// # Errors
    /// What is wrong with `text`.
    pub fn text(&self) -> Result<String, FieldError> {
        checked(&self.text)
    }
}

impl Takeover {
    /// What is to be done, and the words that go with it.
    ///
    /// # Errors
    /// What is wrong with `text`.
    pub fn command(&self) -> Result<(CommandKind, Option<String>), FieldError> {
        Ok(match self.action {
            TakeoverAction::Start => (CommandKind::TakeOver, None),
            TakeoverAction::End => (CommandKind::GiveBack, None),
            TakeoverAction::Say => (
                CommandKind::Say,
                Some(checked(self.text.as_deref().unwrap_or_default())?),
            ),
        })
    }
}

fn checked(text: &str) -> Result<String, FieldError> {
    // PostgreSQL holds no zero bytes, and no supervisor means one.
    let text = text.replace('\0', " ");
    match text.trim() {
        "" => Err(FieldError::new("text", "Write what is to be said")),
        long if long.chars().count() > LONGEST_TEXT => Err(FieldError::new(
            "text",
            format!("At most {LONGEST_TEXT} characters"),
        )),
        text => Ok(text.to_owned()),
    }
}

/// `GET /api/live/calls/{id}`: how far the call can be followed, what can be done, and what was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallControls {
    pub call_id: CallId,
    /// Its words and commands.
    pub words: Following,
    /// What the provider said where it refused.
    pub words_detail: Option<String>,
    /// Its sound.
    pub sound: Sound,
    /// A person answers in the place of the agent.
    pub taken_over: bool,
    /// What the caller's role includes.
    pub controls: Vec<Control>,
    /// Commands that were given, newest first, at most 50.
    pub commands: Vec<CommandRecord>,
}

/// Whether the provider's monitor socket of a call is open, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Following {
    Open,
    /// It rings: only an active conversation can be monitored.
    NotYet,
    /// Is about to be opened.
    Opening,
    /// The agent's configuration does not allow it.
    AgentOff,
    /// The workspace's plan or key does not.
    WorkspaceRefused,
    /// The provider refused this call.
    CallRefused,
    /// It broke too often.
    Failed,
    /// The call has ended.
    Over,
}

impl Following {
    /// What it means and what would have to be switched on.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Open => "Words appear as they are spoken, and commands reach the call.",
            Self::NotYet => "The call rings. Words and commands come once somebody has answered.",
            Self::Opening => "The provider's monitor is being opened.",
            Self::AgentOff => {
                "This agent does not allow monitoring. Switch it on at ElevenLabs in the agent's advanced settings; it \
                 holds for calls that begin after that."
            }
            Self::WorkspaceRefused => {
                "The workspace does not allow monitoring. ElevenLabs offers it to enterprise plans, and the connected \
                 key needs write access to agents."
            }
            Self::CallRefused => {
                "ElevenLabs refused to monitor this call. An agent whose monitoring was switched on after the call began \
                 can be followed from the next call on."
            }
            Self::Failed => "The provider's monitor broke too often. The call goes on without it.",
            Self::Over => "The call has ended.",
        }
    }
}

/// Whether a running call can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// The provider sends the sound of a running call to nobody but the caller.
    NoSource,
}

impl Sound {
    pub fn explanation(self) -> &'static str {
        match self {
            Self::NoSource => {
                "ElevenLabs sends the sound of a running call to the caller alone, so nobody can listen in. The recording \
                 stands in the log after the call."
            }
        }
    }
}

/// A command, and why it can not be given now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Control {
    pub kind: CommandKind,
    /// `None`: it can.
    pub why_not: Option<String>,
}

#[cfg(test)]
mod tests;
