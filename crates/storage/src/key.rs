//! Names of objects.

use std::fmt;
use std::str::FromStr;

/// Longest key in bytes; leaves room within the 1,024 of the cloud stores for a prefix.
const MAX_KEY: usize = 512;
/// Longest segment in bytes; file systems allow 255, temporary files need an ending.
const MAX_SEGMENT: usize = 128;

/// An object's name: segments of `a-z A-Z 0-9 . _ -` joined by slashes, such as
/// `recordings/<organization>/<call>.mp3`.
///
/// No segment is empty or begins with a dot, so a key can neither leave its folder nor hide in it,
/// and every file system and store accepts it unescaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StorageKey(String);

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    #[error("the key is empty or longer than {MAX_KEY} bytes")]
    Length,
    #[error("a part of the key is empty or longer than {MAX_SEGMENT} bytes")]
    SegmentLength,
    #[error("a part of the key begins with a dot")]
    LeadingDot,
    #[error("the key contains {0:?}")]
    Character(char),
}

impl StorageKey {
    /// # Errors
    /// [`InvalidKey`] tells which rule `key` breaks.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidKey> {
        let key = key.into();
        if key.is_empty() || key.len() > MAX_KEY {
            return Err(InvalidKey::Length);
        }
        key.split('/').try_for_each(check_segment)?;
        Ok(Self(key))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a store that is asked directly tells a browser to do with the object: save it, under the last part of the key. Its
    /// characters need no escaping.
    pub(crate) fn disposition(&self) -> String {
        let name = self.segments().last().unwrap_or_default();
        format!("attachment; filename=\"{name}\"")
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

fn check_segment(segment: &str) -> Result<(), InvalidKey> {
    if segment.is_empty() || segment.len() > MAX_SEGMENT {
        return Err(InvalidKey::SegmentLength);
    }
    if segment.starts_with('.') {
        return Err(InvalidKey::LeadingDot);
    }
    let bad = segment
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
    bad.map_or(Ok(()), |c| Err(InvalidKey::Character(c)))
}

impl FromStr for StorageKey {
    type Err = InvalidKey;

    fn from_str(key: &str) -> Result<Self, InvalidKey> {
        Self::new(key)
    }
}

impl fmt::Display for StorageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_names_are_keys() {
        for key in ["a", "recordings/0191-ab/conv_1.mp3", "A.B-c_d"] {
            assert_eq!(StorageKey::new(key).unwrap().as_str(), key);
        }
    }

    #[test]
    fn names_that_could_leave_or_hide_are_none() {
        for key in [
            "",
            "/etc/passwd",
            "..",
            "a/../b",
            "a//b",
            "a/",
            ".hidden",
            "a/.x",
            "a\\b",
            "a b",
            "a\0",
            "C:x",
            "ü",
            "a%2e",
        ] {
            assert!(StorageKey::new(key).is_err(), "{key:?}");
        }
        assert_eq!(StorageKey::new("a".repeat(129)), Err(InvalidKey::SegmentLength));
        assert_eq!(StorageKey::new(vec!["a"; 300].join("/")), Err(InvalidKey::Length));
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_stays_below_its_folder(text in prop_oneof!["\\PC{0,40}", "[a./_\\\\-]{0,24}"]) {
            if let Ok(key) = StorageKey::new(text) {
                let joined = Path::new("/root-folder").join(key.as_str());
                prop_assert!(joined.starts_with("/root-folder"));
                prop_assert!(Path::new(key.as_str()).components().all(|part| matches!(part, Component::Normal(_))));
                prop_assert_eq!(key.segments().count(), Path::new(key.as_str()).components().count());
            }
        }

        #[test]
        fn clean_segments_are_always_accepted(segments in proptest::collection::vec("[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,40}", 1..8)) {
            prop_assert!(StorageKey::new(segments.join("/")).is_ok());
        }
    }
}
