//! One body from store to store.

use super::Move;
use futures::StreamExt;
use sha2::{Digest, Sha256};
use storage::{ContentType, Storage, StorageError, StorageKey, Stored};

/// What is known of an object before it is read.
pub(super) struct Known {
    pub content_type: ContentType,
    pub len: u64,
    /// Not of what was stored before digests were kept.
    pub sha256: Option<[u8; 32]>,
}

/// Why an object was not copied.
#[derive(Debug, thiserror::Error)]
pub(super) enum CopyError {
    #[error("reading: {0}")]
    Read(#[source] StorageError),
    #[error("writing: {0}")]
    Write(#[source] StorageError),
    #[error("what lies in the old store is not what was stored: {0}")]
    Source(&'static str),
    #[error("what arrived in the new store is not what was sent: {0}")]
    Target(&'static str),
}

/// Copies a body, reads it back and compares. A copy that differs is removed again.
pub(super) async fn copy(step: &Move, key: &StorageKey, known: &Known) -> Result<Stored, CopyError> {
    let (from, to) = (&step.from.1, &step.to.1);
    let (info, body) = from.get(key, None).await.map_err(CopyError::Read)?;
    if info.len != known.len {
        return Err(CopyError::Source("its length"));
    }
    let put = to.put(key, known.content_type.clone(), body, Some(info.len));
    let stored = put.await.map_err(|error| match error {
        StorageError::Body(_) => CopyError::Read(error),
        error => CopyError::Write(error),
    })?;
    let wrong = if known.sha256.is_some_and(|digest| digest != stored.sha256) {
        Some(CopyError::Source("its digest"))
    } else if digest(to.as_ref(), key).await.map_err(CopyError::Write)? != stored.sha256 {
        Some(CopyError::Target("its digest"))
    } else {
        None
    };
    match wrong {
        None => Ok(stored),
        Some(wrong) => {
            to.delete(key).await.map_err(CopyError::Write)?;
            Err(wrong)
        }
    }
}

/// Of what a store holds, read to its end.
pub(super) async fn digest(store: &dyn Storage, key: &StorageKey) -> Result<[u8; 32], StorageError> {
    let (_, mut body) = store.get(key, None).await?;
    let mut digest = Sha256::new();
    while let Some(piece) = body.next().await {
        digest.update(piece.map_err(StorageError::Body)?);
    }
    Ok(digest.finalize().into())
}
