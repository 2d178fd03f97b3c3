//! `EVENT_BUS`, `NATS_URL`, `NATS_SUBJECT`, `NATS_CA_FILE`.

use super::{ConfigError, Environment};
use std::path::PathBuf;
use url::Url;

/// What carries live events from whoever publishes them to the servers that browsers are connected to.
#[derive(Clone, Debug)]
pub enum BusConfig {
    /// Every server listens to PostgreSQL.
    Postgres,
    /// One listens and hands on to NATS, where the others hear it.
    Nats(NatsSettings),
}

#[derive(Clone)]
pub struct NatsSettings {
    /// One or more servers of a cluster.
    pub servers: Vec<Url>,
    /// Prefix of the subjects, so that several installations can share a cluster.
    pub subject: String,
    /// Certificates of an authority of one's own.
    pub ca_file: Option<PathBuf>,
}

impl BusConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        match env.text("EVENT_BUS").unwrap_or("postgres") {
            "postgres" => Ok(Self::Postgres),
            "nats" => NatsSettings::read(env).map(Self::Nats),
            _ => Err(ConfigError::new("EVENT_BUS", "must be postgres or nats")),
        }
    }
}

impl NatsSettings {
    fn read(env: &Environment) -> Result<Self, ConfigError> {
        let wrong = |message: &str| ConfigError::new("NATS_URL", message.to_owned());
        let servers = env
            .text("NATS_URL")
            .unwrap_or("nats://127.0.0.1:4222")
            .split(',')
            .map(|server| match Url::parse(server.trim()) {
                Ok(url) if matches!(url.scheme(), "nats" | "tls") && url.has_host() => Ok(url),
                _ => Err(wrong(
                    "must be nats://host:4222 or tls://host:4222, several of a cluster apart by commas",
                )),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let subject = env.text("NATS_SUBJECT").unwrap_or("echosensei").to_owned();
        let is_token = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        };
        if !subject.split('.').all(is_token) {
            return Err(ConfigError::new(
                "NATS_SUBJECT",
                "must be letters, digits, hyphens and underscores, parts apart by dots",
            ));
        }
        Ok(Self {
            servers,
            subject,
            ca_file: env.text("NATS_CA_FILE").map(PathBuf::from),
        })
    }
}

impl std::fmt::Debug for NatsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // User, password or token may stand in the address.
        let hosts: Vec<_> = self
            .servers
            .iter()
            .map(|url| {
                format!(
                    "{}:{}",
                    url.host_str().unwrap_or_default(),
                    url.port().unwrap_or(4222)
                )
            })
            .collect();
        f.debug_struct("NatsSettings")
            .field("servers", &hosts)
            .field("subject", &self.subject)
            .field("ca_file", &self.ca_file)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<BusConfig, ConfigError> {
        BusConfig::read(&Environment::from_pairs(pairs.iter().copied()))
    }

    #[test]
    fn postgres_is_the_default_and_a_wrong_setting_is_named() {
        assert!(matches!(read(&[]).unwrap(), BusConfig::Postgres));
        for (pairs, variable) in [
            (&[("EVENT_BUS", "kafka")][..], "EVENT_BUS"),
            (&[("EVENT_BUS", "nats"), ("NATS_URL", "http://x")][..], "NATS_URL"),
            (
                &[("EVENT_BUS", "nats"), ("NATS_SUBJECT", "a.>")][..],
                "NATS_SUBJECT",
            ),
        ] {
            let error = read(pairs).unwrap_err();
            assert!(error.to_string().contains(variable), "{error}");
        }
    }

    #[test]
    fn what_is_printed_hides_the_password() {
        let config = read(&[
            ("EVENT_BUS", "nats"),
            ("NATS_URL", "nats://ann:secret@bus-1:4222, tls://bus-2"),
        ])
        .unwrap();
        let printed = format!("{config:?}");
        assert!(
            printed.contains("bus-1:4222") && printed.contains("bus-2") && !printed.contains("secret"),
            "{printed}"
        );
    }
}
