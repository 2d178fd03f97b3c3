//! `DATABASE_URL`, `MIGRATIONS_DATABASE_URL`, `DATABASE_SSL`, `DATABASE_MAX_CONNECTIONS`, `DATA_DIR`.

use super::{ConfigError, Environment};
use std::path::PathBuf;

#[derive(Clone)]
pub struct DatabaseConfig {
    /// `None`: a local PostgreSQL that the program starts itself.
    pub url: Option<String>,
    /// Signs in as the owner of the tables, for migrations; the same as `url` where it is unset.
    pub owner_url: Option<String>,
    pub tls: bool,
    pub max_connections: usize,
    /// Folder of the local PostgreSQL, of generated secrets and of local recordings.
    pub data_dir: PathBuf,
}

/// Requests wait in line here rather than for each other in PostgreSQL: with twenty connections on two cores, searches took half as
/// long again at the 95th percentile (docs/benchmarks.md).
const MAX_CONNECTIONS: usize = 8;

impl DatabaseConfig {
    pub(super) fn read(env: &Environment, production: bool) -> Result<Self, ConfigError> {
        let url = env.text("DATABASE_URL").map(str::to_owned);
        if production && url.is_none() {
            return Err(ConfigError::new(
                "DATABASE_URL",
                "is required in production, such as postgresql://echosensei_app:…@host/echosensei",
            ));
        }
        Ok(Self {
            owner_url: env
                .text("MIGRATIONS_DATABASE_URL")
                .map(str::to_owned)
                .or_else(|| url.clone()),
            url,
            tls: env.flag("DATABASE_SSL", false)?,
            max_connections: env.number("DATABASE_MAX_CONNECTIONS", MAX_CONNECTIONS)?,
            data_dir: env.text("DATA_DIR").unwrap_or(".echosensei").into(),
        })
    }
}

impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mask = |url: &Option<String>| {
            url.as_deref().map(|text| match url::Url::parse(text) {
                Ok(mut url) if url.password().is_some() => {
                    let _ = url.set_password(Some("********"));
                    url.to_string()
                }
                _ => text.to_owned(),
            })
        };
        f.debug_struct("DatabaseConfig")
            .field("url", &mask(&self.url))
            .field("owner_url", &mask(&self.owner_url))
            .field("tls", &self.tls)
            .field("max_connections", &self.max_connections)
            .field("data_dir", &self.data_dir)
            .finish()
    }
}
