//! Which call, and under which name its sound lies.

use chrono::{DateTime, Datelike, Utc};
use shared::{CallId, OrganizationId};
use storage::{InvalidKey, StorageKey};

/// A call by the whole key of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallKey {
    pub organization: OrganizationId,
    pub started_at: DateTime<Utc>,
    pub id: CallId,
}

impl CallKey {
    pub fn row(self) -> (uuid::Uuid, DateTime<Utc>, uuid::Uuid) {
        (self.organization.0, self.started_at, self.id.0)
    }
}

/// What ends the second of the two names.
const SECOND: &str = ".2.mp3";
const FIRST: &str = ".mp3";

/// The name for a new sound: another one than what is kept has, so that this stays whole until the new one is. There are two, so that
/// a process that is killed in between leaves no third that nobody knows of.
///
/// # Errors
/// None in practice: ids and numbers make a key.
pub fn next(call: CallKey, kept: Option<&str>) -> Result<StorageKey, InvalidKey> {
    let name = match kept {
        Some(kept) => other(kept),
        None => format!(
            "recordings/{}/{:04}/{:02}/{}{FIRST}",
            call.organization,
            call.started_at.year(),
            call.started_at.month(),
            call.id
        ),
    };
    StorageKey::new(name)
}

/// The other one of the two names.
pub fn other(name: &str) -> String {
    match (name.strip_suffix(SECOND), name.strip_suffix(FIRST)) {
        (Some(stem), _) => format!("{stem}{FIRST}"),
        (None, Some(stem)) => format!("{stem}{SECOND}"),
        (None, None) => format!("{name}{SECOND}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_take_turns() {
        let call = CallKey {
            organization: uuid::Uuid::from_u128(1).into(),
            started_at: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
            id: uuid::Uuid::from_u128(2).into(),
        };
        let first = next(call, None).unwrap().to_string();
        assert!(
            first.starts_with("recordings/")
                && first.ends_with("/2026/09/00000000-0000-0000-0000-000000000002.mp3"),
            "{first}"
        );
        let second = next(call, Some(&first)).unwrap().to_string();
        assert_ne!(second, first);
        assert_eq!(next(call, Some(&second)).unwrap().to_string(), first);
    }
}
