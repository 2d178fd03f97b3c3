//! `ELEVENLABS_API_KEY`, `ELEVENLABS_BASE_URL`, `ELEVENLABS_CUSTOMER_API_KEY`, `PROVIDER_ALLOW_PRIVATE_HOSTS`, `LIVE_POLL_SECONDS`.

use super::{ConfigError, Environment};
use secrecy::SecretString;
use std::time::Duration;
use url::Url;

#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// A connection made at first start.
    pub seed: Option<SeedConnection>,
    /// In demo mode, one for the first customer too.
    pub customer_seed: Option<SeedConnection>,
    /// Base URLs on loopback or private networks are accepted; otherwise they are refused, so that nobody can make the
    /// server knock on doors of its own network. Allowed by default outside of production.
    pub allow_private_hosts: bool,
    /// Between two looks at the list of running calls.
    pub live_poll: Duration,
}

#[derive(Clone)]
pub struct SeedConnection {
    pub base_url: Url,
    pub api_key: SecretString,
}

impl ProviderConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        let base_url = env.url("ELEVENLABS_BASE_URL", shared::connection::DEFAULT_BASE_URL)?;
        let production = super::AppEnv::read(env)? == super::AppEnv::Production;
        let seconds: f64 = env.number("LIVE_POLL_SECONDS", 2.0)?;
        if !(0.05..=300.0).contains(&seconds) {
            return Err(ConfigError::new(
                "LIVE_POLL_SECONDS",
                "must lie between 0.05 and 300",
            ));
        }
        let seed = |variable: &str| {
            let api_key = SecretString::from(env.text(variable)?.to_owned());
            Some(SeedConnection {
                base_url: base_url.clone(),
                api_key,
            })
        };
        Ok(Self {
            seed: seed("ELEVENLABS_API_KEY"),
            customer_seed: seed("ELEVENLABS_CUSTOMER_API_KEY"),
            allow_private_hosts: env.flag("PROVIDER_ALLOW_PRIVATE_HOSTS", !production)?,
            live_poll: Duration::from_secs_f64(seconds),
        })
    }
}

impl std::fmt::Debug for SeedConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SeedConnection")
            .field("base_url", &self.base_url.as_str())
            .field("api_key", &"********")
            .finish()
    }
}
