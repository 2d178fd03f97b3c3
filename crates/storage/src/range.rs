//! Parts of objects, as players ask for them.

use crate::StorageError;

/// A part of an object, in bytes. The three forms are those of HTTP's `Range: bytes=…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteRange {
    /// From the first to the last byte named, both included; the end may lie beyond the object.
    Inclusive(u64, u64),
    /// From here to the end.
    From(u64),
    /// So many bytes at the end.
    Last(u64),
}

impl ByteRange {
    /// Reads a `Range` header of one range; `None` for other units, several ranges and nonsense,
    /// which HTTP lets a server ignore.
    pub fn from_header(header: &str) -> Option<Self> {
        let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
        match (first.trim(), last.trim()) {
            ("", last) => number(last).map(Self::Last),
            (first, "") => number(first).map(Self::From),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::Inclusive(first, last))
            }
        }
    }

    /// As a header.
    pub fn to_header(self) -> String {
        match self {
            Self::Inclusive(first, last) => format!("bytes={first}-{last}"),
            Self::From(first) => format!("bytes={first}-"),
            Self::Last(count) => format!("bytes=-{count}"),
        }
    }

    /// First byte and number of bytes within an object of `len` bytes.
    ///
    /// # Errors
    /// [`StorageError::RangeNotSatisfiable`] when nothing of it lies within the object.
    pub fn resolve(self, len: u64) -> Result<(u64, u64), StorageError> {
        let (start, count) = match self {
            Self::Inclusive(first, last) => {
                let end = last.saturating_add(1).min(len);
                (first, end.saturating_sub(first))
            }
            Self::From(first) => (first, len.saturating_sub(first)),
            Self::Last(count) => (len.saturating_sub(count), count.min(len)),
        };
        if count == 0 {
            Err(StorageError::RangeNotSatisfiable { len })
        } else {
            Ok((start, count))
        }
    }
}

/// Length of the whole object, out of a `Content-Range` header.
pub(crate) fn total(content_range: &str) -> Result<u64, StorageError> {
    let total = content_range.rsplit('/').next().and_then(number);
    total.ok_or_else(|| StorageError::Damaged(format!("the store answered with the range {content_range:?}")))
}

/// Digits only: `parse` alone would take a plus sign.
fn number(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headers_of_players_are_understood_and_others_ignored() {
        assert_eq!(
            ByteRange::from_header("bytes=0-1"),
            Some(ByteRange::Inclusive(0, 1))
        );
        assert_eq!(ByteRange::from_header(" bytes=5- "), Some(ByteRange::From(5)));
        assert_eq!(ByteRange::from_header("bytes=-7"), Some(ByteRange::Last(7)));
        for header in [
            "",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=2-1",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=+1-2",
            "bytes=--3",
        ] {
            assert_eq!(ByteRange::from_header(header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn a_resolved_range_is_the_slice_it_names(len in 0_u64..50, first in 0_u64..60, extra in 0_u64..60) {
            let all: Vec<u64> = (0..len).collect();
            for (range, wanted) in [
                (ByteRange::Inclusive(first, first + extra), all.iter().filter(|at| (first..=first + extra).contains(at)).count()),
                (ByteRange::From(first), all.iter().filter(|at| **at >= first).count()),
                (ByteRange::Last(extra), all.len().min(extra as usize)),
            ] {
                match range.resolve(len) {
                    Ok((start, count)) => {
                        prop_assert_eq!(count as usize, wanted);
                        prop_assert!(start + count <= len);
                    }
                    Err(_) => prop_assert_eq!(wanted, 0),
                }
            }
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        assert_eq!(ByteRange::Inclusive(1, u64::MAX).resolve(5).ok(), Some((1, 4)));
        assert!(ByteRange::From(u64::MAX).resolve(5).is_err());
        assert_eq!(ByteRange::Last(u64::MAX).resolve(5).ok(), Some((0, 5)));
    }
}
