//! Filters of the log by what people made of calls.

use super::BEST;
use crate::id::{DispositionId, TagId, UserId};
use serde::{Deserialize, Serialize};

/// Who looks after a call, as a filter of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum AssigneeFilter {
    Me,
    Nobody,
    Member(UserId),
}

impl AssigneeFilter {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "me" => Some(Self::Me),
            "nobody" => Some(Self::Nobody),
            id => id.parse().ok().map(Self::Member),
        }
    }
}

impl From<AssigneeFilter> for String {
    fn from(filter: AssigneeFilter) -> Self {
        match filter {
            AssigneeFilter::Me => "me".to_owned(),
            AssigneeFilter::Nobody => "nobody".to_owned(),
            AssigneeFilter::Member(id) => id.to_string(),
        }
    }
}

impl TryFrom<String> for AssigneeFilter {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("neither me, nobody nor a member's id")
    }
}

/// Filters of the log by what people made of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<TagId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<AssigneeFilter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposition: Option<DispositionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<i16>,
    /// Whether the reader has not read it yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<bool>,
}

impl WorkFilter {
    /// Takes a field of the log's query; `None`: it is not one of these.
    pub fn set(&mut self, name: &str, value: &str) -> Option<Result<(), String>> {
        fn some<T>(slot: &mut Option<T>, parsed: Option<T>, wrong: &str) -> Result<(), String> {
            *slot = Some(parsed.ok_or_else(|| wrong.to_owned())?);
            Ok(())
        }
        Some(match name {
            "tag" => some(&mut self.tag, value.parse().ok(), "This is not a tag's id"),
            "assignee" => some(
                &mut self.assignee,
                AssigneeFilter::parse(value),
                "Use me, nobody or a member's id",
            ),
            "disposition" => some(
                &mut self.disposition,
                value.parse().ok(),
                "This is not a disposition's id",
            ),
            "rating" => some(
                &mut self.rating,
                value.parse().ok().filter(|rating| (1..=BEST).contains(rating)),
                "Use 1 to 5",
            ),
            "unread" => some(&mut self.unread, value.parse().ok(), "Use true or false"),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_says_what_would_be_right() {
        let mut filter = WorkFilter::default();
        assert!(filter.set("rating", "6").unwrap().is_err());
        assert!(filter.set("unread", "yes").unwrap().is_err());
        assert!(filter.set("assignee", "me").unwrap().is_ok());
        assert!(filter.set("agent", "x").is_none());
        assert_eq!(filter.assignee, Some(AssigneeFilter::Me));
    }
}
