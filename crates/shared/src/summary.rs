//! Summaries of calls: what stands on a call, how an organization wants them, making many.

use crate::call::CallFilter;
use crate::error::FieldError;
use crate::id::CallId;
use crate::letters;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest instructions of an organization, in characters.
pub const MAX_PROMPT: usize = 4_000;

/// The language of the call itself, as `language` of the settings.
pub const LANGUAGE_OF_CALL: &str = "call";

/// Languages in which a summary can be wanted: code, name for people, name for the model.
pub const LANGUAGES: &[(&str, &str)] = &[
    ("en", "English"),
    ("de", "German"),
    ("es", "Spanish"),
    ("fr", "French"),
    ("it", "Italian"),
    ("nl", "Dutch"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("tr", "Turkish"),
    ("ar", "Arabic"),
    ("hi", "Hindi"),
    ("ja", "Japanese"),
    ("zh", "Chinese"),
];

/// Name of a language by its code, `pt-BR` included.
pub fn language_name(code: &str) -> Option<&'static str> {
    let base = letters::lower(code.split(['-', '_']).next().unwrap_or(code));
    LANGUAGES
        .iter()
        .find(|(known, _)| *known == base)
        .map(|(_, name)| *name)
}

/// Where the summary of a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SummaryState {
    /// One is to be made; an older one is shown until then.
    Pending,
    Done,
    /// `error` says why.
    Failed,
    /// None is made; `error` says why.
    NotWanted,
    /// The provider's own is all there is.
    Provider,
}

impl SummaryState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotWanted => "not_wanted",
            Self::Provider => "provider",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Done,
            Self::Failed,
            Self::NotWanted,
            Self::Provider,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }
}

/// How the caller felt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sentiment {
    Positive,
    Neutral,
    Negative,
    Mixed,
}

impl Sentiment {
    pub const ALL: [Self; 4] = [Self::Positive, Self::Neutral, Self::Negative, Self::Mixed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Neutral => "neutral",
            Self::Negative => "negative",
            Self::Mixed => "mixed",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Positive => "Positive",
            Self::Neutral => "Neutral",
            Self::Negative => "Negative",
            Self::Mixed => "Mixed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mood| mood.as_str() == text)
    }
}

/// What a call was about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub title: String,
    pub summary: String,
    /// Why they called, in a few words.
    pub intent: String,
    pub topics: Vec<String>,
    /// What somebody has to do now.
    pub action_items: Vec<String>,
    pub sentiment: Sentiment,
}

/// What the model took for a call, all that was asked about it together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryCost {
    /// `None`: the model's price is not known.
    pub usd_micros: Option<i64>,
    pub input_tokens: i64,
    pub output_tokens: i64,
}

/// `GET /api/calls/{id}/summary`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallSummaryDetail {
    pub state: SummaryState,
    /// Ours, where one was made.
    pub ours: Option<Summary>,
    /// The provider's, shown where there is none of ours.
    pub provider: Option<String>,
    pub language: Option<String>,
    pub model: Option<String>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub made_at: Option<DateTime<Utc>>,
    /// Turns in the middle of a very long call that the model did not read.
    pub turns_left_out: i32,
    /// Why it failed, or why there is none.
    pub error: Option<String>,
    /// Failed tries so far.
    pub attempts: i32,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub next_try_at: Option<DateTime<Utc>>,
    /// Only with `calls.cost`.
    pub cost: Option<SummaryCost>,
    /// Another one can be asked for.
    pub can_make: bool,
}

/// How calls are summarized; each is `None` where the organization above decides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryChoice {
    /// Calls are summarized when they have ended.
    pub automatic: Option<bool>,
    /// What the organization wants to know beside the usual.
    pub prompt: Option<String>,
    /// A code of [`LANGUAGES`] or [`LANGUAGE_OF_CALL`].
    pub language: Option<String>,
}

impl SummaryChoice {
    /// # Errors
    /// Each field that is wrong, and what would be right.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        errors.extend(self.prompt.as_deref().and_then(check_prompt));
        errors.extend(self.language.as_deref().and_then(check_language));
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn check_prompt(prompt: &str) -> Option<FieldError> {
    let length = prompt.trim().chars().count();
    if length == 0 || length > MAX_PROMPT {
        let text = format!("Write 1 to {MAX_PROMPT} characters, or leave it to the organization above");
        return Some(FieldError::new("prompt", text));
    }
    prompt
        .contains('\0')
        .then(|| FieldError::new("prompt", "Remove the character with code 0"))
}

fn check_language(language: &str) -> Option<FieldError> {
    let known = language == LANGUAGE_OF_CALL || LANGUAGES.iter().any(|(code, _)| *code == language);
    (!known).then(|| {
        FieldError::new(
            "language",
            "Choose one of the languages, or the language of the call",
        )
    })
}

/// What holds in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryRules {
    pub automatic: bool,
    pub prompt: Option<String>,
    pub language: String,
}

/// `GET /api/summaries/settings`; `PUT` takes a [`SummaryChoice`] and answers the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummarySettings {
    pub own: SummaryChoice,
    /// What holds where `own` is silent.
    pub above: SummaryRules,
    pub in_effect: SummaryRules,
    /// The server has a key; without one the provider's own summaries are shown.
    pub available: bool,
    pub model: String,
    /// Where transcripts are sent.
    pub host: String,
}

/// `POST /api/summaries/preview`: how a call would be summarized. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviewSummary {
    pub call_id: CallId,
    pub prompt: Option<String>,
    pub language: Option<String>,
}

/// Its reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryPreview {
    pub summary: Summary,
    pub model: String,
    pub turns_left_out: i32,
    /// Only with `calls.cost`.
    pub cost: Option<SummaryCost>,
}

/// `POST /api/summaries/runs`: summarizes many calls. Words (`q`) are no filter here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartSummaryRun {
    #[serde(default)]
    pub filter: CallFilter,
    /// Calls that have a summary of ours are passed over.
    pub only_missing: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SummaryRunState {
    /// Calls are being looked for; `total` grows.
    Collecting,
    Running,
    Done,
    Cancelled,
}

impl SummaryRunState {
    pub fn is_active(self) -> bool {
        matches!(self, Self::Collecting | Self::Running)
    }
}

/// `GET /api/summaries/runs` → `Option<SummaryRun>`: the latest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryRun {
    pub id: Uuid,
    pub state: SummaryRunState,
    pub total: i64,
    pub done: i64,
    pub failed: i64,
    /// Passed over: nothing was said in them, for example.
    pub skipped: i64,
    #[serde(deserialize_with = "crate::moment::read")]
    pub started_at: DateTime<Utc>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub finished_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_name_the_field_that_is_wrong() {
        let wrong = SummaryChoice {
            automatic: None,
            prompt: Some(" ".into()),
            language: Some("klingon".into()),
        };
        let fields: Vec<_> = wrong
            .validate()
            .unwrap_err()
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(fields, ["prompt", "language"]);
        assert!(SummaryChoice::default().validate().is_ok());
        assert_eq!(language_name("pt-BR"), Some("Portuguese"));
    }
}
