//! `STORAGE_PROVIDER`, `STORAGE_DIR`.

use super::{ConfigError, Environment};
use std::path::PathBuf;

#[derive(Clone, Debug)]
pub struct StorageSettings {
    /// Folder of the local adapter; in the data folder when unset.
    pub local_dir: Option<PathBuf>,
}

impl StorageSettings {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        match env.text("STORAGE_PROVIDER") {
            None | Some("local") => Ok(Self {
                local_dir: env.text("STORAGE_DIR").map(PathBuf::from),
            }),
            Some(other) => Err(ConfigError::new(
                "STORAGE_PROVIDER",
                format!("is {other:?}; this version stores on the local disk only, write local"),
            )),
        }
    }
}
