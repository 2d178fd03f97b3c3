//! What people make of calls: tags, notes, who looks after one, how it ended, how good it was, who has read it.

mod filter;

pub use filter::{AssigneeFilter, WorkFilter};

use crate::error::FieldError;
use crate::id::{CallId, DispositionId, NoteId, TagId, UserId};
use crate::letters;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Most calls that one request changes.
pub const MAX_CALLS: usize = 200;
/// Most tags of an organization, and most dispositions.
pub const MAX_TAGS: usize = 100;
pub const MAX_DISPOSITIONS: usize = 30;
/// Most tags of one call.
pub const MAX_TAGS_OF_CALL: usize = 20;
/// Longest name of a tag or a disposition, in characters.
pub const MAX_NAME: usize = 40;
/// Longest note, in characters.
pub const MAX_NOTE: usize = 4_000;
/// Best rating; the worst is 1.
pub const BEST: i16 = 5;

/// Colours that a tag can have; each is told by a word too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagColour {
    #[default]
    Grey,
    Red,
    Orange,
    Yellow,
    Green,
    Teal,
    Blue,
    Purple,
}

impl TagColour {
    pub const ALL: &'static [Self] = &[
        Self::Grey,
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Teal,
        Self::Blue,
        Self::Purple,
    ];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Teal => "teal",
            Self::Blue => "blue",
            Self::Purple => "purple",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Grey => "Grey",
            Self::Red => "Red",
            Self::Orange => "Orange",
            Self::Yellow => "Yellow",
            Self::Green => "Green",
            Self::Teal => "Teal",
            Self::Blue => "Blue",
            Self::Purple => "Purple",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|colour| colour.as_str() == text)
    }
}

/// A tag, also one of `GET /api/tags`, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    pub colour: TagColour,
}

/// `POST /api/tags` and `PATCH /api/tags/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditTag {
    pub name: String,
    #[serde(default)]
    pub colour: TagColour,
}

impl EditTag {
    /// # Errors
    /// The name, when it is empty or too long.
    pub fn validate(&self) -> Result<(), FieldError> {
        check_name("name", &self.name)
    }
}

/// A name of a tag or a disposition.
///
/// # Errors
/// What is wrong with it.
pub fn check_name(field: &str, name: &str) -> Result<(), FieldError> {
    match name.trim().chars().count() {
        0 => Err(FieldError::new(field, "Give it a name")),
        1..=MAX_NAME if !name.chars().any(char::is_control) => Ok(()),
        1..=MAX_NAME => Err(FieldError::new(
            field,
            "Leave out line breaks and control characters",
        )),
        _ => Err(FieldError::new(
            field,
            format!("Use {MAX_NAME} characters at most"),
        )),
    }
}

/// How a call can end, one of `GET /api/dispositions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposition {
    pub id: DispositionId,
    pub name: String,
    /// Off the list; calls that have it keep it.
    #[serde(default)]
    pub archived: bool,
}

/// `PUT /api/dispositions`: the whole list in its order. What is missing is taken off it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDispositions {
    pub items: Vec<EditDisposition>,
}

/// A known one, or, without an id, a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditDisposition {
    #[serde(default)]
    pub id: Option<DispositionId>,
    pub name: String,
}

impl SetDispositions {
    /// # Errors
    /// Every name that is empty, too long or there twice, and a list that is too long.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.items.len() > MAX_DISPOSITIONS {
            errors.push(FieldError::new(
                "items",
                format!("Keep {MAX_DISPOSITIONS} at most"),
            ));
        }
        let mut seen = std::collections::HashSet::new();
        for (place, item) in self.items.iter().enumerate() {
            let field = format!("items.{place}.name");
            if let Err(error) = check_name(&field, &item.name) {
                errors.push(error);
            } else if !seen.insert(letters::lower(item.name.trim())) {
                errors.push(FieldError::new(&field, "This name stands in the list already"));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// A member who looks after a call, or could; `GET /api/calls/assignees`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    pub id: UserId,
    pub name: String,
}

/// What people made of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallWork {
    pub tags: Vec<Tag>,
    pub assignee: Option<Assignee>,
    pub disposition: Option<Disposition>,
    /// 1 to 5, by people of the organization; the caller's own is another.
    pub rating: Option<i16>,
    /// Whether the reader himself has not read it yet.
    pub unread: bool,
    pub notes: i64,
}

/// `PATCH /api/calls/{id}/work`: what is left out stays, `null` takes it away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditWork {
    /// All tags of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<TagId>>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "maybe")]
    pub disposition: Option<Option<DispositionId>>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "maybe")]
    pub rating: Option<Option<i16>>,
}

impl EditWork {
    /// # Errors
    /// Too many tags, a rating that is none.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if self
            .tags
            .as_ref()
            .is_some_and(|tags| tags.len() > MAX_TAGS_OF_CALL)
        {
            errors.push(FieldError::new(
                "tags",
                format!("Give a call {MAX_TAGS_OF_CALL} tags at most"),
            ));
        }
        if let Some(Some(rating)) = self.rating
            && !(1..=BEST).contains(&rating)
        {
            errors.push(FieldError::new("rating", format!("Rate from 1 to {BEST}")));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Tells "left out" from `null`.
mod maybe {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::<T>::deserialize(deserializer).map(Some)
    }

    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Option<Option<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(serializer)
    }
}

/// `PUT /api/calls/{id}/assignee`; `null`: nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    pub user: Option<UserId>,
}

/// `PUT /api/calls/{id}/read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRead {
    pub read: bool,
}

/// `POST /api/calls/bulk/tags`: on every one of these calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagCalls {
    pub calls: Vec<CallId>,
    #[serde(default)]
    pub add: Vec<TagId>,
    #[serde(default)]
    pub remove: Vec<TagId>,
}

/// `POST /api/calls/bulk/assignee`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignCalls {
    pub calls: Vec<CallId>,
    pub user: Option<UserId>,
}

/// `POST /api/calls/bulk/read`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadCalls {
    pub calls: Vec<CallId>,
    pub read: bool,
}

/// How many calls a request changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub changed: usize,
}

/// The calls of a bulk request.
///
/// # Errors
/// None, or too many.
pub fn check_calls(calls: &[CallId]) -> Result<(), FieldError> {
    if (1..=MAX_CALLS).contains(&calls.len()) {
        Ok(())
    } else {
        Err(FieldError::new("calls", format!("Choose 1 to {MAX_CALLS} calls")))
    }
}

/// A note on a call, of `GET /api/calls/{id}/notes`, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: NoteId,
    /// `None`: the account is gone.
    pub author: Option<Assignee>,
    pub text: String,
    #[serde(deserialize_with = "crate::moment::read")]
    pub created_at: DateTime<Utc>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub edited_at: Option<DateTime<Utc>>,
}

/// `POST /api/calls/{id}/notes` and `PATCH /api/calls/{id}/notes/{note}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteNote {
    pub text: String,
}

impl WriteNote {
    /// # Errors
    /// The text, when it is empty or too long.
    pub fn validate(&self) -> Result<(), FieldError> {
        match self.text.trim().chars().count() {
            0 => Err(FieldError::new("text", "Write something")),
            1..=MAX_NOTE => Ok(()),
            _ => Err(FieldError::new(
                "text",
                format!("Write {MAX_NOTE} characters at most"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_out_and_null_are_two_things() {
        let left_out: EditWork = serde_json::from_str("{}").unwrap();
        let null: EditWork = serde_json::from_str(r#"{"rating":null}"#).unwrap();
        assert_eq!((left_out.rating, null.rating), (None, Some(None)));
        assert_eq!(serde_json::to_string(&left_out).unwrap(), "{}");
        assert_eq!(serde_json::to_string(&null).unwrap(), r#"{"rating":null}"#);
    }

    #[test]
    fn a_list_names_every_wrong_entry() {
        let item = |name: &str| EditDisposition {
            id: None,
            name: name.to_owned(),
        };
        let list = SetDispositions {
            items: vec![item("Done"), item(" "), item("dONE"), item(&"x".repeat(41))],
        };
        let fields: Vec<_> = list
            .validate()
            .unwrap_err()
            .into_iter()
            .map(|e| e.field)
            .collect();
        assert_eq!(fields, ["items.1.name", "items.2.name", "items.3.name"]);
    }
}
