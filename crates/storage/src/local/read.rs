//! Streaming a file's body.

use std::io::SeekFrom;

use futures::StreamExt;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::HEADER_LEN;
use crate::{ByteStream, StorageError};

/// Large enough that a recording needs few trips to tokio's file threads.
const PIECE: usize = 64 * 1024;

/// `count` bytes of the body from `start` on. An object deleted or replaced meanwhile is read to its
/// end: the open file stays.
pub(super) async fn stream(mut file: File, start: u64, count: u64) -> Result<ByteStream, StorageError> {
    let begin = start.saturating_add(HEADER_LEN as u64);
    file.seek(SeekFrom::Start(begin))
        .await
        .map_err(StorageError::Io)?;
    Ok(ReaderStream::with_capacity(file.take(count), PIECE).boxed())
}
