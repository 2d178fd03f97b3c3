//! How long an organization keeps what it has of calls.

use crate::error::FieldError;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most days of a rule: ten years.
pub const MAX_DAYS: i32 = 3_650;

/// Days after a call began; `None`: for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionRules {
    pub recording_days: Option<i32>,
    /// What was said and what was made of it: transcript, title, summary, evaluation, collected data.
    pub transcript_days: Option<i32>,
    /// The whole call.
    pub call_days: Option<i32>,
    /// Whole calls are deleted at the provider too.
    pub at_provider: bool,
    /// No organization below keeps anything longer.
    pub binds_below: bool,
}

impl RetentionRules {
    /// # Errors
    /// Every number of days that is none.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let errors: Vec<_> = [
            ("recording_days", self.recording_days),
            ("transcript_days", self.transcript_days),
            ("call_days", self.call_days),
        ]
        .into_iter()
        .filter(|(_, days)| days.is_some_and(|days| !(1..=MAX_DAYS).contains(&days)))
        .map(|(field, _)| FieldError::new(field, format!("Choose 1 to {MAX_DAYS} days, or keep them")))
        .collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    pub fn is_any(&self) -> bool {
        self.recording_days.is_some() || self.transcript_days.is_some() || self.call_days.is_some()
    }
}

/// `GET /api/retention`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retention {
    /// The organization's own.
    pub own: RetentionRules,
    /// What those above bind it to.
    pub above: RetentionRules,
    /// What holds: the shorter of both.
    pub effective: RetentionRules,
    /// Newest first, at most ten.
    pub runs: Vec<RetentionRun>,
}

/// One day's work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionRun {
    #[serde(deserialize_with = "crate::moment::read")]
    pub started_at: DateTime<Utc>,
    /// `None`: it is at work, or was interrupted and goes on tomorrow.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub finished_at: Option<DateTime<Utc>>,
    pub removed: RetentionCounts,
    /// What could not be removed, and why.
    pub trouble: Option<String>,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RetentionCounts {
    pub recordings: i64,
    pub recording_bytes: i64,
    pub transcripts: i64,
    pub calls: i64,
    /// Of these, deleted at the provider too.
    pub provider_deleted: i64,
}

impl RetentionCounts {
    pub fn is_any(&self) -> bool {
        self.recordings + self.transcripts + self.calls > 0
    }
}

/// `POST /api/retention/preview`: what these rules would remove now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPreview {
    pub recordings: i64,
    pub recording_bytes: i64,
    pub transcripts: i64,
    pub calls: i64,
    /// Organizations that were looked at, the own one included.
    pub organizations: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_lie_between_one_and_ten_years() {
        let rules = RetentionRules {
            recording_days: Some(0),
            transcript_days: Some(3_651),
            call_days: Some(30),
            ..RetentionRules::default()
        };
        let fields: Vec<_> = rules
            .validate()
            .unwrap_err()
            .into_iter()
            .map(|e| e.field)
            .collect();
        assert_eq!(fields, ["recording_days", "transcript_days"]);
        assert!(RetentionRules::default().validate().is_ok() && !RetentionRules::default().is_any());
    }
}
