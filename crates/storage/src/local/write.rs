//! Writing a file so that it is there whole or not at all.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use uuid::Uuid;

use super::{HEADER_LEN, Header, sync_folder};
use crate::parts::Limits;
use crate::{ByteStream, ContentType, StorageError, Stored};

pub(super) async fn write(
    temporary: &Path,
    target: &Path,
    content_type: ContentType,
    body: ByteStream,
    limits: Limits,
) -> Result<Stored, StorageError> {
    limits.check()?;
    let draft = Draft(temporary.join(Uuid::now_v7().to_string()));
    let stored = fill(&draft.0, content_type, body, limits).await?;
    place(&draft.0, target).await?;
    Ok(stored)
}

/// A file that is removed when its writer fails or is dropped halfway (a caller who hung up).
/// After the rename there is nothing left to remove under this name.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // Where even this fails, the next start cleans up.
        std::fs::remove_file(&self.0).ok();
    }
}

async fn fill(
    path: &Path,
    content_type: ContentType,
    mut body: ByteStream,
    limits: Limits,
) -> Result<Stored, StorageError> {
    let mut file = File::create_new(path).await.map_err(StorageError::Io)?;
    file.write_all(&[0; HEADER_LEN]).await.map_err(StorageError::Io)?;
    let mut digest = Sha256::new();
    let mut len = 0_u64;
    while let Some(piece) = body.try_next().await.map_err(StorageError::Body)? {
        len += piece.len() as u64;
        if len > limits.max {
            return Err(StorageError::TooLarge { limit: limits.max });
        }
        digest.update(&piece);
        file.write_all(&piece).await.map_err(StorageError::Io)?;
    }
    if let Some(expected) = limits.expected.filter(|expected| *expected != len) {
        return Err(StorageError::LengthMismatch { expected, got: len });
    }
    let stored = Stored {
        len,
        sha256: digest.finalize().into(),
    };
    let header = Header { stored, content_type };
    file.seek(SeekFrom::Start(0)).await.map_err(StorageError::Io)?;
    file.write_all(&header.to_bytes())
        .await
        .map_err(StorageError::Io)?;
    file.sync_all().await.map_err(StorageError::Io)?;
    Ok(stored)
}

async fn place(draft: &Path, target: &Path) -> Result<(), StorageError> {
    let Some(folder) = target.parent() else {
        return Err(StorageError::Damaged("an object needs a folder".into()));
    };
    create_folders(folder).await?;
    fs::rename(draft, target).await.map_err(StorageError::Io)?;
    sync_folder(Some(folder)).await
}

/// Makes missing folders and syncs the parent of each: a synced file in a folder that a crash
/// forgets is lost with it.
async fn create_folders(folder: &Path) -> Result<(), StorageError> {
    let mut missing: Vec<&Path> = Vec::new();
    for ancestor in folder.ancestors() {
        if fs::try_exists(ancestor).await.map_err(StorageError::Io)? {
            break;
        }
        missing.push(ancestor);
    }
    if missing.is_empty() {
        return Ok(());
    }
    fs::create_dir_all(folder).await.map_err(StorageError::Io)?;
    for made in missing.iter().rev() {
        sync_folder(made.parent()).await?;
    }
    Ok(())
}
