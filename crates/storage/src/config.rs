//! Which adapter the process uses.

use std::path::PathBuf;
use std::sync::Arc;

use crate::{LocalStorage, Storage, StorageError};

/// A provider and its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageConfig {
    /// Files below `root`, each at most `max_bytes` long.
    Local { root: PathBuf, max_bytes: u64 },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageConfigError {
    #[error("STORAGE_PROVIDER={0} is not available in this version; the only provider so far is \"local\"")]
    NotYet(String),
    #[error("STORAGE_PROVIDER={0} is not known; the only provider so far is \"local\"")]
    Unknown(String),
}

impl StorageConfig {
    /// Reads the value of `STORAGE_PROVIDER`, in any case; an empty one means `local`.
    ///
    /// # Errors
    /// [`StorageConfigError`] says what would be accepted.
    pub fn from_provider(provider: &str, root: PathBuf, max_bytes: u64) -> Result<Self, StorageConfigError> {
        match provider.trim().to_ascii_lowercase().as_str() {
            "" | "local" => Ok(Self::Local { root, max_bytes }),
            "s3" | "gcs" | "azure" => Err(StorageConfigError::NotYet(provider.to_owned())),
            _ => Err(StorageConfigError::Unknown(provider.to_owned())),
        }
    }

    /// Opens the storage, creating what it needs.
    ///
    /// # Errors
    /// [`StorageError::Io`] when the folder cannot be made or written.
    pub async fn open(&self) -> Result<Arc<dyn Storage>, StorageError> {
        match self {
            Self::Local { root, max_bytes } => Ok(Arc::new(LocalStorage::open(root, *max_bytes).await?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_that_do_not_exist_yet_are_refused_by_name() {
        let read = |provider| StorageConfig::from_provider(provider, PathBuf::from("x"), 1);
        assert!(matches!(read(""), Ok(StorageConfig::Local { .. })));
        assert!(matches!(read(" Local"), Ok(StorageConfig::Local { .. })));
        assert_eq!(read("s3"), Err(StorageConfigError::NotYet("s3".into())));
        let message = read("ftp").unwrap_err().to_string();
        assert!(
            message.contains("ftp") && message.contains("\"local\""),
            "{message}"
        );
    }
}
