//! Objects as files of one folder.
//!
//! An object is one file: a header of fixed size (magic, digest, length, content type) and the body.
//! One file rather than two, so that a rename replaces body and description together and no crash can
//! leave one without the other. A file is written under `.tmp/`, synced, renamed into place, and its
//! folder synced; what a crash leaves in `.tmp/` is removed at the next start.

mod header;
mod read;
mod write;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::fs::{self, File};
use url::Url;

use self::header::{HEADER_LEN, Header};
use crate::parts::Limits;
use crate::{ByteRange, ByteStream, ContentType, ObjectInfo, Storage, StorageError, StorageKey, Stored};

const TEMPORARY: &str = ".tmp";
/// Another process may be writing into the same folder: younger files are left alone.
const ABANDONED_AFTER: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, Clone)]
pub struct LocalStorage {
    root: PathBuf,
    max_bytes: u64,
}

impl LocalStorage {
    /// Opens the folder, creating it where it is missing, and removes what a crash left half-written.
    ///
    /// # Errors
    /// [`StorageError::Io`] when the folder cannot be made or read.
    pub async fn open(root: impl Into<PathBuf>, max_bytes: u64) -> Result<Self, StorageError> {
        let storage = Self {
            root: root.into(),
            max_bytes,
        };
        fs::create_dir_all(storage.temporary())
            .await
            .map_err(StorageError::Io)?;
        storage.remove_abandoned(SystemTime::now()).await?;
        Ok(storage)
    }

    fn temporary(&self) -> PathBuf {
        self.root.join(TEMPORARY)
    }

    /// Keys have no segment that begins with a dot, so no object lies in `.tmp`. The ending keeps
    /// apart an object `a` and the folder of an object `a/b`.
    fn path(&self, key: &StorageKey) -> PathBuf {
        let mut path = self.root.clone();
        let mut segments = key.segments().peekable();
        while let Some(segment) = segments.next() {
            path.push(if segments.peek().is_some() {
                format!("{segment}.d")
            } else {
                format!("{segment}.o")
            });
        }
        path
    }

    async fn remove_abandoned(&self, now: SystemTime) -> Result<(), StorageError> {
        let mut entries = fs::read_dir(self.temporary()).await.map_err(StorageError::Io)?;
        while let Some(entry) = entries.next_entry().await.map_err(StorageError::Io)? {
            let modified = entry.metadata().await.and_then(|metadata| metadata.modified());
            let age = modified
                .ok()
                .and_then(|modified| now.duration_since(modified).ok());
            if age.is_some_and(|age| age > ABANDONED_AFTER) {
                // Another process that starts now may have been quicker.
                fs::remove_file(entry.path()).await.ok();
            }
        }
        Ok(())
    }

    async fn open_object(&self, key: &StorageKey) -> Result<(File, ObjectInfo), StorageError> {
        let mut file = File::open(self.path(key)).await.map_err(StorageError::io)?;
        let header = Header::read(&mut file).await?;
        let on_disk = file.metadata().await.map_err(StorageError::Io)?.len();
        if on_disk != header.stored.len + HEADER_LEN as u64 {
            return Err(StorageError::Damaged(format!("{on_disk} bytes on disk")));
        }
        Ok((file, header.into_info()))
    }
}

#[async_trait]
impl Storage for LocalStorage {
    async fn put(
        &self,
        key: &StorageKey,
        content_type: ContentType,
        body: ByteStream,
        expected_len: Option<u64>,
    ) -> Result<Stored, StorageError> {
        let limits = Limits {
            max: self.max_bytes,
            expected: expected_len,
        };
        write::write(&self.temporary(), &self.path(key), content_type, body, limits).await
    }

    async fn get(
        &self,
        key: &StorageKey,
        range: Option<ByteRange>,
    ) -> Result<(ObjectInfo, ByteStream), StorageError> {
        let (file, info) = self.open_object(key).await?;
        let (start, count) = match range {
            Some(range) => range.resolve(info.len)?,
            None => (0, info.len),
        };
        Ok((info, read::stream(file, start, count).await?))
    }

    async fn head(&self, key: &StorageKey) -> Result<ObjectInfo, StorageError> {
        self.open_object(key).await.map(|(_, info)| info)
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        let path = self.path(key);
        match fs::remove_file(&path).await {
            Ok(()) => sync_folder(path.parent()).await,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(StorageError::Io(error)),
        }
    }

    async fn presign(&self, _: &StorageKey, _: Duration) -> Result<Option<Url>, StorageError> {
        Ok(None)
    }
}

/// A rename or removal is durable only when its folder is.
async fn sync_folder(folder: Option<&Path>) -> Result<(), StorageError> {
    let Some(folder) = folder else { return Ok(()) };
    File::open(folder)
        .await
        .map_err(StorageError::Io)?
        .sync_all()
        .await
        .map_err(StorageError::Io)
}

#[cfg(test)]
mod tests;
