//! What every adapter can do.

use std::fmt;
use std::io;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use url::Url;

use crate::{ByteRange, StorageError, StorageKey};

/// A body in pieces; an error is the sender's and ends it.
pub type ByteStream = BoxStream<'static, io::Result<Bytes>>;

/// A whole body at once, for small objects.
pub fn byte_stream(body: impl Into<Bytes>) -> ByteStream {
    let body = body.into();
    stream::once(async move { Ok(body) }).boxed()
}

/// Reads a body into memory, for small objects.
///
/// # Errors
/// [`StorageError::TooLarge`] above `limit` bytes, [`StorageError::Body`] when it breaks off.
pub async fn read_to_vec(mut body: ByteStream, limit: u64) -> Result<Vec<u8>, StorageError> {
    let mut all = Vec::new();
    while let Some(piece) = body.try_next().await.map_err(StorageError::Body)? {
        if (all.len() + piece.len()) as u64 > limit {
            return Err(StorageError::TooLarge { limit });
        }
        all.extend_from_slice(&piece);
    }
    Ok(all)
}

/// A media type such as `audio/mpeg`, fit for a response header.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContentType(String);

impl ContentType {
    /// What a browser saves instead of showing.
    pub const UNKNOWN: &'static str = "application/octet-stream";

    /// Takes what a sender claims; anything that is no short `type/subtype` becomes
    /// [`ContentType::UNKNOWN`], so that a stored type can always be sent as a header.
    pub fn new(claimed: &str) -> Self {
        let claimed = claimed.trim();
        let plain = claimed.len() <= 100 && claimed.chars().all(|c| c.is_ascii_graphic() || c == ' ');
        let well_formed = plain
            && claimed
                .split_once('/')
                .is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        Self(if well_formed {
            claimed.to_owned()
        } else {
            Self::UNKNOWN.to_owned()
        })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An object without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Bytes of the whole object, also when a range of it was read.
    pub len: u64,
    pub content_type: ContentType,
    /// Another one as soon as the body is another one; without quotes, fit for a header.
    pub etag: String,
}

/// A body that was stored, as it was measured on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub len: u64,
    pub sha256: [u8; 32],
}

/// An ETag as a store tells it, without its quotes and without what no header takes.
pub(crate) fn plain_etag(told: &str) -> String {
    let plain = |c: &char| c.is_ascii_graphic() && *c != '"';
    told.chars().filter(plain).collect()
}

/// A place for objects. An object is there whole or not at all, whatever breaks while it is written.
#[async_trait]
pub trait Storage: fmt::Debug + Send + Sync {
    /// Stores a body, replacing an older one of that key at once.
    ///
    /// # Errors
    /// [`StorageError::LengthMismatch`] where `expected_len` is given and the body differs,
    /// [`StorageError::TooLarge`], [`StorageError::Body`], [`StorageError::Io`]. Nothing is kept then,
    /// and an older object stays.
    async fn put(
        &self,
        key: &StorageKey,
        content_type: ContentType,
        body: ByteStream,
        expected_len: Option<u64>,
    ) -> Result<Stored, StorageError>;

    /// Opens an object, or the part of it that `range` names.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::RangeNotSatisfiable`], [`StorageError::Io`].
    async fn get(
        &self,
        key: &StorageKey,
        range: Option<ByteRange>,
    ) -> Result<(ObjectInfo, ByteStream), StorageError>;

    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::Io`].
    async fn head(&self, key: &StorageKey) -> Result<ObjectInfo, StorageError>;

    /// Removes an object; one that is not there is as good as removed.
    ///
    /// # Errors
    /// [`StorageError::Io`].
    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError>;

    /// An address that lets a browser read the object for `ttl`; `None` where the provider has no
    /// such thing and the server must pass the body on itself.
    ///
    /// # Errors
    /// [`StorageError::Io`] when the address cannot be signed.
    async fn presign(&self, key: &StorageKey, ttl: Duration) -> Result<Option<Url>, StorageError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_is_always_fit_for_a_header() {
        assert_eq!(ContentType::new(" audio/mpeg ").as_str(), "audio/mpeg");
        assert_eq!(
            ContentType::new("text/plain; charset=utf-8").as_str(),
            "text/plain; charset=utf-8"
        );
        for claimed in [
            "",
            "audio",
            "/x",
            "a/",
            "a/b\r\nSet-Cookie: x",
            "é/x",
            &format!("a/{}", "b".repeat(200)),
        ] {
            assert_eq!(
                ContentType::new(claimed).as_str(),
                ContentType::UNKNOWN,
                "{claimed:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_body_larger_than_allowed_is_not_read_into_memory() {
        assert_eq!(read_to_vec(byte_stream("four"), 4).await.unwrap(), b"four");
        assert!(matches!(
            read_to_vec(byte_stream("four"), 3).await,
            Err(StorageError::TooLarge { limit: 3 })
        ));
    }
}
