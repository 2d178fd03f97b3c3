//! The stores by name, and their settings.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::{
    AzureConfig, AzureStorage, GcsConfig, GcsStorage, LocalStorage, S3Config, S3Storage, Storage,
    StorageError,
};

/// A kind of store. Its name stands in the settings and beside each object that lies there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    Local,
    S3,
    Gcs,
    Azure,
}

impl Provider {
    pub const ALL: [Self; 4] = [Self::Local, Self::S3, Self::Gcs, Self::Azure];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::S3 => "s3",
            Self::Gcs => "gcs",
            Self::Azure => "azure",
        }
    }

    /// In any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.as_str().eq_ignore_ascii_case(name.trim()))
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A store and its settings.
#[derive(Debug, Clone)]
pub enum StorageConfig {
    /// Files below `root`, each at most `max_bytes` long.
    Local {
        root: PathBuf,
        max_bytes: u64,
    },
    S3(S3Config),
    Gcs(GcsConfig),
    Azure(AzureConfig),
}

impl StorageConfig {
    pub fn provider(&self) -> Provider {
        match self {
            Self::Local { .. } => Provider::Local,
            Self::S3(_) => Provider::S3,
            Self::Gcs(_) => Provider::Gcs,
            Self::Azure(_) => Provider::Azure,
        }
    }

    /// Opens the store; of those in the network nothing is asked yet.
    ///
    /// # Errors
    /// [`StorageError::Io`] when a folder cannot be made or credentials cannot be read.
    pub async fn open(&self) -> Result<Arc<dyn Storage>, StorageError> {
        Ok(match self {
            Self::Local { root, max_bytes } => Arc::new(LocalStorage::open(root, *max_bytes).await?),
            Self::S3(config) => Arc::new(Box::pin(S3Storage::open(config)).await),
            Self::Gcs(config) => Arc::new(GcsStorage::open(config)?),
            Self::Azure(config) => Arc::new(AzureStorage::open(config)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Provider;

    #[test]
    fn names_are_read_as_they_are_written() {
        for provider in Provider::ALL {
            assert_eq!(Provider::parse(provider.as_str()), Some(provider));
        }
        assert_eq!(Provider::parse(" S3"), Some(Provider::S3));
        assert_eq!(Provider::parse("tape"), None);
    }
}
