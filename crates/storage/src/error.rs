//! What can go wrong with an object.

use std::io;

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("there is no such object")]
    NotFound,
    #[error("the object is larger than the {limit} bytes that are allowed")]
    TooLarge { limit: u64 },
    /// The body ended early or went on: nothing was kept.
    #[error("the body has {got} bytes where {expected} were announced")]
    LengthMismatch { expected: u64, got: u64 },
    #[error("the requested range lies outside the object's {len} bytes")]
    RangeNotSatisfiable { len: u64 },
    /// The sender's side failed: nothing was kept.
    #[error("the body broke off: {0}")]
    Body(#[source] io::Error),
    /// What is stored cannot be understood.
    #[error("the stored object is damaged: {0}")]
    Damaged(String),
    #[error("the storage failed: {0}")]
    Io(#[source] io::Error),
}

impl StorageError {
    pub(crate) fn io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            _ => Self::Io(error),
        }
    }

    /// A failure of a store that is reached over the network.
    pub(crate) fn remote(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Io(io::Error::other(error))
    }

    /// Whether the same request may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Io(_) | Self::Body(_) | Self::LengthMismatch { .. })
    }
}
