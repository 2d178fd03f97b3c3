//! `STORAGE_PROVIDER` and the settings of each store: `STORAGE_DIR`, `S3_…`, `GCS_…`, `AZURE_STORAGE_…`, `STORAGE_DIRECT_DOWNLOADS`.
//!
//! A store whose settings are there is opened, also when another one takes what is new: what lies there stays within reach.

use super::{ConfigError, Environment};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use storage::{AzureConfig, GcsConfig, Provider, S3Config, StorageConfig};
use url::Url;

/// Of one stored object: a day of sound.
const LARGEST_OBJECT: u64 = 2 * 1024 * 1024 * 1024;

#[derive(Clone, Debug)]
pub struct StorageSettings {
    /// Where what is new goes.
    pub provider: Provider,
    /// Folder of the local store; in the data folder when unset.
    pub local_dir: Option<PathBuf>,
    pub s3: Option<S3Config>,
    pub gcs: Option<GcsConfig>,
    pub azure: Option<AzureConfig>,
    /// Downloads go to the store itself by a link of a minute, where it has such links.
    pub direct_downloads: bool,
}

impl StorageSettings {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        let provider = match env.text("STORAGE_PROVIDER") {
            None => Provider::Local,
            Some(name) => Provider::parse(name).ok_or_else(|| {
                ConfigError::new(
                    "STORAGE_PROVIDER",
                    format!("is {name:?}; write local, s3, gcs or azure"),
                )
            })?,
        };
        let settings = Self {
            provider,
            local_dir: env.text("STORAGE_DIR").map(PathBuf::from),
            s3: s3(env)?,
            gcs: gcs(env)?,
            azure: azure(env)?,
            direct_downloads: env.flag("STORAGE_DIRECT_DOWNLOADS", false)?,
        };
        let missing = match provider {
            Provider::S3 if settings.s3.is_none() => "S3_BUCKET",
            Provider::Gcs if settings.gcs.is_none() => "GCS_BUCKET",
            Provider::Azure if settings.azure.is_none() => "AZURE_STORAGE_ACCOUNT_NAME",
            _ => return Ok(settings),
        };
        Err(ConfigError::new(
            missing,
            format!("is required, because STORAGE_PROVIDER is {provider}"),
        ))
    }

    /// The settings of one store; `None` where it is not set up.
    pub fn of(&self, provider: Provider, data_dir: &Path) -> Option<StorageConfig> {
        match provider {
            Provider::Local => Some(StorageConfig::Local {
                root: self.local_dir.clone().unwrap_or_else(|| data_dir.join("storage")),
                max_bytes: LARGEST_OBJECT,
            }),
            Provider::S3 => self.s3.clone().map(StorageConfig::S3),
            Provider::Gcs => self.gcs.clone().map(StorageConfig::Gcs),
            Provider::Azure => self.azure.clone().map(StorageConfig::Azure),
        }
    }

    /// Those beside the one that takes what is new. A local folder that was never made holds nothing.
    pub fn others(&self, data_dir: &Path) -> Vec<StorageConfig> {
        let others = Provider::ALL.into_iter().filter(|other| *other != self.provider);
        let set_up = others.filter_map(|other| self.of(other, data_dir));
        set_up
            .filter(|config| match config {
                StorageConfig::Local { root, .. } => root.is_dir(),
                _ => true,
            })
            .collect()
    }
}

fn address(env: &Environment, name: &'static str) -> Result<Option<Url>, ConfigError> {
    match env.text(name) {
        None => Ok(None),
        Some(text) => env.url(name, text).map(Some),
    }
}

fn s3(env: &Environment) -> Result<Option<S3Config>, ConfigError> {
    let endpoint = address(env, "S3_ENDPOINT")?;
    let key = env.text("S3_ACCESS_KEY_ID").map(str::to_owned);
    let secret = env.text("S3_SECRET_ACCESS_KEY").map(str::to_owned);
    let keys = match (key, secret) {
        (Some(key), Some(secret)) => Some((key, SecretString::from(secret))),
        (None, None) => None,
        (Some(_), None) => return Err(alone("S3_SECRET_ACCESS_KEY", "S3_ACCESS_KEY_ID")),
        (None, Some(_)) => return Err(alone("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")),
    };
    // Amazon's own regions are found by the SDK; what is compatible with S3 takes any.
    let region = env.text("S3_REGION").or(endpoint.as_ref().map(|_| "us-east-1"));
    Ok(env.text("S3_BUCKET").map(|bucket| S3Config {
        bucket: bucket.to_owned(),
        region: region.map(str::to_owned),
        endpoint,
        keys,
        max_bytes: LARGEST_OBJECT,
    }))
}

fn gcs(env: &Environment) -> Result<Option<GcsConfig>, ConfigError> {
    let endpoint = address(env, "GCS_ENDPOINT")?;
    let payer = match env.flag("GCS_REQUESTER_PAYS", false)? {
        true => Some(
            env.text("GOOGLE_CLOUD_PROJECT")
                .ok_or_else(|| alone("GOOGLE_CLOUD_PROJECT", "GCS_REQUESTER_PAYS"))?,
        ),
        false => None,
    };
    Ok(env.text("GCS_BUCKET").map(|bucket| GcsConfig {
        bucket: bucket.to_owned(),
        payer: payer.map(str::to_owned),
        endpoint,
        max_bytes: LARGEST_OBJECT,
    }))
}

fn azure(env: &Environment) -> Result<Option<AzureConfig>, ConfigError> {
    let endpoint = address(env, "AZURE_STORAGE_ENDPOINT")?;
    let names = (
        env.text("AZURE_STORAGE_ACCOUNT_NAME"),
        env.text("AZURE_STORAGE_CONTAINER_NAME"),
    );
    let (account, container) = match names {
        (Some(account), Some(container)) => (account.to_owned(), container.to_owned()),
        (None, None) => return Ok(None),
        (Some(_), None) => {
            return Err(alone(
                "AZURE_STORAGE_CONTAINER_NAME",
                "AZURE_STORAGE_ACCOUNT_NAME",
            ));
        }
        (None, Some(_)) => {
            return Err(alone(
                "AZURE_STORAGE_ACCOUNT_NAME",
                "AZURE_STORAGE_CONTAINER_NAME",
            ));
        }
    };
    Ok(Some(AzureConfig {
        account,
        container,
        key: env
            .text("AZURE_STORAGE_ACCOUNT_KEY")
            .map(|key| SecretString::from(key.to_owned())),
        endpoint,
        max_bytes: LARGEST_OBJECT,
    }))
}

fn alone(missing: &'static str, present: &str) -> ConfigError {
    ConfigError::new(missing, format!("is required beside {present}"))
}
