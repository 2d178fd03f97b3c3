//! What the call log is filtered by: the query of `GET /api/calls`, the address of the page, and what a saved view keeps.

use crate::call::{CallStatus, Direction, Outcome, Speaker};
use crate::id::AgentId;
use crate::permission::Permission;
use crate::work::WorkFilter;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Most characters of a text that is searched for.
pub const MAX_TEXT: usize = 200;
/// Most characters of a name or a value that is filtered by.
pub const MAX_NAME: usize = 100;
/// Longest call that can be asked for, in seconds: a week.
pub const MAX_SECONDS: i32 = 7 * 86_400;
/// Highest cost that can be asked for, in millionths of a dollar.
pub const MAX_COST: i64 = 1_000_000_000_000;

/// The query of `GET /api/calls`; the same fields stand in the page's URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CallStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// First day, in the organization's zone.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::moment::read_optional_day"
    )]
    pub from: Option<NaiveDate>,
    /// Last day, itself included.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::moment::read_optional_day"
    )]
    pub to: Option<NaiveDate>,
    /// Words in title, summary, transcript (all with `calls.transcript` only) or a part of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Who said the words of `q`; then title and summary do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said_by: Option<Speaker>,
    /// Shortest and longest, in seconds, both included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_from: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_to: Option<i32>,
    /// Least and most, in millionths of a dollar, both included. Only with `calls.cost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_from: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_to: Option<i64>,
    /// Code such as `de`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Why the call ended, in the provider's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination: Option<String>,
    /// Name of an evaluation criterion that was judged, and how. Only with `calls.analysis`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criterion: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Outcome>,
    /// Name of a collected value, and the value. Only with `calls.analysis`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What people made of calls.
    #[serde(flatten)]
    pub work: WorkFilter,
}

impl CallFilter {
    /// The permissions without which these filters can not be used, each with the field that needs it. Words and numbers
    /// are told apart by the server: a text that may be either needs one of two.
    pub fn needs(&self) -> Vec<(&'static str, Permission)> {
        let mut needs = Vec::new();
        if self.q.as_deref().is_some_and(|q| !looks_like_number(q)) {
            needs.push(("q", Permission::CallsTranscript));
        }
        if self.said_by.is_some() {
            needs.push(("said_by", Permission::CallsTranscript));
        }
        if self.cost_from.is_some() {
            needs.push(("cost_from", Permission::CallsCost));
        }
        if self.cost_to.is_some() {
            needs.push(("cost_to", Permission::CallsCost));
        }
        if self.criterion.is_some() {
            needs.push(("criterion", Permission::CallsAnalysis));
        }
        if self.collected.is_some() {
            needs.push(("collected", Permission::CallsAnalysis));
        }
        needs
    }

    /// What is wrong with fields that depend on one another, each with its field.
    pub fn contradictions(&self) -> Vec<(&'static str, &'static str)> {
        let mut found = Vec::new();
        if self.from.zip(self.to).is_some_and(|(from, to)| from > to) {
            found.push(("to", "The last day must not lie before the first"));
        }
        if self
            .seconds_from
            .zip(self.seconds_to)
            .is_some_and(|(from, to)| from > to)
        {
            found.push(("seconds_to", "The longest must not be shorter than the shortest"));
        }
        if self
            .cost_from
            .zip(self.cost_to)
            .is_some_and(|(from, to)| from > to)
        {
            found.push(("cost_to", "The most must not be less than the least"));
        }
        if self.said_by.is_some() && self.q.is_none() {
            found.push(("said_by", "Search for words as well"));
        }
        if self.result.is_some() && self.criterion.is_none() {
            found.push(("result", "Name the criterion as well"));
        }
        if self.value.is_some() && self.collected.is_none() {
            found.push(("value", "Name what was collected as well"));
        }
        found
    }
}

/// Whether a text can be a part of a telephone number.
pub fn looks_like_number(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || "+-()/ .".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_name_the_permissions_that_they_need() {
        let filter = CallFilter {
            q: Some("refund".into()),
            cost_from: Some(1),
            criterion: Some("polite".into()),
            ..CallFilter::default()
        };
        assert_eq!(
            filter.needs(),
            [
                ("q", Permission::CallsTranscript),
                ("cost_from", Permission::CallsCost),
                ("criterion", Permission::CallsAnalysis)
            ]
        );
        let number = CallFilter {
            q: Some("+49 (30) 12".into()),
            ..CallFilter::default()
        };
        assert!(number.needs().is_empty());
    }

    #[test]
    fn a_filter_is_the_same_after_it_was_stored() {
        let filter = CallFilter {
            outcome: Some(Outcome::Failure),
            from: NaiveDate::from_ymd_opt(2026, 11, 1),
            said_by: Some(Speaker::Caller),
            q: Some("استرداد 🙂".into()),
            ..CallFilter::default()
        };
        let json = serde_json::to_value(&filter).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 4);
        assert_eq!(serde_json::from_value::<CallFilter>(json).unwrap(), filter);
    }

    #[test]
    fn what_needs_another_field_says_so() {
        let filter = CallFilter {
            said_by: Some(Speaker::Agent),
            result: Some(Outcome::Failure),
            value: Some("x".into()),
            seconds_from: Some(2),
            seconds_to: Some(1),
            ..CallFilter::default()
        };
        let fields: Vec<_> = filter
            .contradictions()
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(fields, ["seconds_to", "said_by", "result", "value"]);
    }
}
