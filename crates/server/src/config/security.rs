//! `ENCRYPTION_KEY`, `SESSION_SECRET`, `METRICS_TOKEN`, `VISIT_HOURS`, `PASSWORD_HASH_MIB`, `PASSWORD_HASH_PASSES`. Outside of production
//! the first two are made and kept in the data folder when unset.

use super::{ConfigError, Environment};
use crate::auth::password::Cost;
use base64::Engine;
use secrecy::{SecretBox, SecretString};

#[derive(Clone)]
pub struct SecurityConfig {
    /// Seals provider keys. 32 bytes.
    pub encryption_key: Option<Key>,
    /// Authenticates the session cookie. 64 bytes, derived when shorter.
    pub session_secret: Option<Key>,
    /// Opens `/metrics` to others than this machine.
    pub metrics_token: Option<SecretString>,
    /// Whoever enters an organization from above is led home after this time.
    pub visit: std::time::Duration,
    /// Of a password's hash.
    pub password_cost: Cost,
}

/// A secret of this process.
pub type Key = std::sync::Arc<SecretBox<Vec<u8>>>;

impl SecurityConfig {
    pub(super) fn read(env: &Environment, production: bool) -> Result<Self, ConfigError> {
        let encryption_key = env.text("ENCRYPTION_KEY").map(encryption_key).transpose()?;
        let session_secret = env.text("SESSION_SECRET").map(session_secret).transpose()?;
        if production && encryption_key.is_none() {
            return Err(ConfigError::new(
                "ENCRYPTION_KEY",
                "is required in production; make one with: openssl rand -base64 32",
            ));
        }
        if production && session_secret.is_none() {
            return Err(ConfigError::new(
                "SESSION_SECRET",
                "is required in production; make one with: openssl rand -base64 32",
            ));
        }
        let metrics_token = env
            .text("METRICS_TOKEN")
            .map(|token| SecretString::from(token.to_owned()));
        let visit_hours: u64 = env.number("VISIT_HOURS", 8)?;
        if !(1..=168).contains(&visit_hours) {
            return Err(ConfigError::new("VISIT_HOURS", "must lie between 1 and 168"));
        }
        Ok(Self {
            password_cost: password_cost(env, production)?,
            visit: std::time::Duration::from_secs(visit_hours * 3600),
            encryption_key,
            session_secret,
            metrics_token,
        })
    }
}

fn password_cost(env: &Environment, production: bool) -> Result<Cost, ConfigError> {
    let mib: u32 = env.number("PASSWORD_HASH_MIB", Cost::DEFAULT.memory_kib / 1024)?;
    let passes: u32 = env.number("PASSWORD_HASH_PASSES", Cost::DEFAULT.passes)?;
    // OWASP's least for argon2id.
    let least = if production { (19, 2) } else { (1, 1) };
    if !(least.0..=1024).contains(&mib) {
        let text = format!("must lie between {} and 1024", least.0);
        return Err(ConfigError::new("PASSWORD_HASH_MIB", &text));
    }
    if !(least.1..=20).contains(&passes) {
        let text = format!("must lie between {} and 20", least.1);
        return Err(ConfigError::new("PASSWORD_HASH_PASSES", &text));
    }
    Ok(Cost {
        memory_kib: mib * 1024,
        passes,
    })
}

/// Wraps bytes so that they are never printed.
pub fn key(bytes: Vec<u8>) -> Key {
    std::sync::Arc::new(SecretBox::new(Box::new(bytes)))
}

fn encryption_key(text: &str) -> Result<Key, ConfigError> {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()
        .or_else(|| hex::decode(text).ok())
        .filter(|bytes| bytes.len() == 32);
    match bytes {
        Some(bytes) if distinct(&bytes) >= 8 => Ok(key(bytes)),
        Some(_) => Err(ConfigError::new(
            "ENCRYPTION_KEY",
            "is not random; make one with: openssl rand -base64 32",
        )),
        None => Err(ConfigError::new(
            "ENCRYPTION_KEY",
            "must be 32 bytes in base64 or hex; make one with: openssl rand -base64 32",
        )),
    }
}

fn session_secret(text: &str) -> Result<Key, ConfigError> {
    if text.len() < 32 || distinct(text.as_bytes()) < 8 {
        return Err(ConfigError::new(
            "SESSION_SECRET",
            "is too weak: at least 32 random characters, such as from: openssl rand -base64 32",
        ));
    }
    Ok(key(text.as_bytes().to_vec()))
}

fn distinct(bytes: &[u8]) -> usize {
    bytes.iter().collect::<std::collections::HashSet<_>>().len()
}

impl std::fmt::Debug for SecurityConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = |key: &Option<Key>| {
            if key.is_some() {
                "set"
            } else {
                "made and kept in the data folder"
            }
        };
        f.debug_struct("SecurityConfig")
            .field("encryption_key", &state(&self.encryption_key))
            .field("session_secret", &state(&self.session_secret))
            .field(
                "metrics_token",
                &if self.metrics_token.is_some() {
                    "set"
                } else {
                    "unset: this machine only"
                },
            )
            .finish()
    }
}
