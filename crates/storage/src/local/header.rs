//! What stands before the body in a file.

use tokio::fs::File;
use tokio::io::AsyncReadExt;

use crate::{ContentType, ObjectInfo, StorageError, Stored};

/// Magic, digest, length, content type with its length; the rest is zero.
pub(super) const HEADER_LEN: usize = 160;
const MAGIC: [u8; 8] = *b"ESOBJ\x00\x00\x01";

/// An object's description at the head of its file. The size is fixed because digest and length are
/// known only once the body has been written behind it.
#[derive(Debug, PartialEq)]
pub(super) struct Header {
    pub(super) stored: Stored,
    pub(super) content_type: ContentType,
}

impl Header {
    /// The digest makes the ETag: it is the same on every machine.
    pub(super) fn into_info(self) -> ObjectInfo {
        ObjectInfo {
            len: self.stored.len,
            content_type: self.content_type,
            etag: hex::encode(self.stored.sha256),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        // At most 100 bytes; see `ContentType::new`.
        let content_type = self.content_type.as_str().as_bytes();
        let mut bytes = Vec::with_capacity(HEADER_LEN);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.stored.sha256);
        bytes.extend_from_slice(&self.stored.len.to_be_bytes());
        bytes.push(content_type.len() as u8);
        bytes.extend_from_slice(content_type);
        bytes.resize(HEADER_LEN, 0);
        bytes
    }

    pub(super) async fn read(file: &mut File) -> Result<Self, StorageError> {
        let mut bytes = [0; HEADER_LEN];
        file.read_exact(&mut bytes)
            .await
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::UnexpectedEof => {
                    StorageError::Damaged("the file ends in its header".into())
                }
                _ => StorageError::Io(error),
            })?;
        Self::parse(&bytes).ok_or_else(|| StorageError::Damaged("the file is none of ours".into()))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (magic, rest) = bytes.split_first_chunk()?;
        let (sha256, rest) = rest.split_first_chunk()?;
        let (len, rest) = rest.split_first_chunk()?;
        let (content_type_len, rest) = rest.split_first()?;
        let content_type = std::str::from_utf8(rest.get(..usize::from(*content_type_len))?).ok()?;
        (*magic == MAGIC).then(|| Self {
            stored: Stored {
                len: u64::from_be_bytes(*len),
                sha256: *sha256,
            },
            content_type: ContentType::new(content_type),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_as_it_was_written_and_foreign_files_do_not() {
        for content_type in ["audio/mpeg", &format!("a/{}", "b".repeat(98))] {
            let header = Header {
                stored: Stored {
                    len: u64::MAX,
                    sha256: [7; 32],
                },
                content_type: ContentType::new(content_type),
            };
            let bytes = header.to_bytes();
            assert_eq!(bytes.len(), HEADER_LEN);
            assert_eq!(Header::parse(&bytes), Some(header));
        }
        assert_eq!(Header::parse(&[0; HEADER_LEN]), None);
    }
}
