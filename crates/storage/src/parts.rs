//! Cutting a body into parts on its way to a store, and measuring it.

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};

use crate::{ByteStream, StorageError, Stored};

/// What may be stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) max: u64,
    pub(crate) expected: Option<u64>,
}

impl Limits {
    /// # Errors
    /// [`StorageError::TooLarge`] when that is known before a byte was read.
    pub(crate) fn check(self) -> Result<(), StorageError> {
        match self.expected {
            Some(expected) if expected > self.max => Err(StorageError::TooLarge { limit: self.max }),
            _ => Ok(()),
        }
    }
}

/// Bytes that follow those before.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) bytes: Bytes,
    /// Where it begins within the object.
    pub(crate) start: u64,
    pub(crate) is_last: bool,
}

/// A body as parts of one size, of which only one is in memory.
pub(crate) struct Parts {
    body: ByteStream,
    size: usize,
    limits: Limits,
    digest: Sha256,
    buffer: BytesMut,
    read: u64,
    given: u64,
}

impl Parts {
    pub(crate) fn of(body: ByteStream, size: usize, limits: Limits) -> Self {
        Self {
            body,
            size,
            limits,
            digest: Sha256::new(),
            buffer: BytesMut::new(),
            read: 0,
            given: 0,
        }
    }

    /// The next part: of the full size, or the last one, which may be empty. Not to be called after that.
    ///
    /// # Errors
    /// [`StorageError::TooLarge`], [`StorageError::LengthMismatch`] before the last part is given,
    /// [`StorageError::Body`].
    pub(crate) async fn next(&mut self) -> Result<Part, StorageError> {
        while self.buffer.len() <= self.size {
            let Some(piece) = self.body.try_next().await.map_err(StorageError::Body)? else {
                return self.last();
            };
            self.read += piece.len() as u64;
            if self.read > self.limits.max {
                return Err(StorageError::TooLarge {
                    limit: self.limits.max,
                });
            }
            self.digest.update(&piece);
            self.buffer.extend_from_slice(&piece);
        }
        let bytes = self.buffer.split_to(self.size).freeze();
        Ok(self.part(bytes, false))
    }

    fn last(&mut self) -> Result<Part, StorageError> {
        match self.limits.expected {
            Some(expected) if expected != self.read => Err(StorageError::LengthMismatch {
                expected,
                got: self.read,
            }),
            _ => {
                let bytes = self.buffer.split().freeze();
                Ok(self.part(bytes, true))
            }
        }
    }

    fn part(&mut self, bytes: Bytes, is_last: bool) -> Part {
        let start = self.given;
        self.given += bytes.len() as u64;
        Part {
            bytes,
            start,
            is_last,
        }
    }

    /// What went through.
    pub(crate) fn finish(self) -> Stored {
        Stored {
            len: self.read,
            sha256: self.digest.finalize().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_the_body_in_order(pieces in proptest::collection::vec(0_usize..20, 0..20), size in 1_usize..12) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let whole: Vec<u8> = (0..pieces.iter().sum::<usize>()).map(|n| n as u8).collect();
            let mut rest = whole.as_slice();
            let mut stream = Vec::new();
            for piece in pieces {
                let (head, tail) = rest.split_at(piece);
                stream.push(Ok(Bytes::copy_from_slice(head)));
                rest = tail;
            }
            let limits = Limits { max: 1_000, expected: Some(whole.len() as u64) };
            let mut parts = Parts::of(futures::stream::iter(stream).boxed(), size, limits);
            let mut got = Vec::new();
            loop {
                let part = runtime.block_on(parts.next()).unwrap();
                prop_assert_eq!(part.start, got.len() as u64);
                got.extend_from_slice(&part.bytes);
                if part.is_last {
                    prop_assert!(part.bytes.len() <= size);
                    break;
                }
                prop_assert_eq!(part.bytes.len(), size);
            }
            let stored = parts.finish();
            prop_assert_eq!(stored.len, whole.len() as u64);
            prop_assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(&whole)));
            prop_assert_eq!(got, whole);
        }
    }
}
