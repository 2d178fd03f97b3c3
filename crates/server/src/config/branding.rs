//! `BASE_DOMAIN`, `DNS_RESOLVER`.

use super::{ConfigError, Environment, HttpConfig};
use std::net::{IpAddr, SocketAddr};
use url::Host;

/// Under which names organizations are reached.
#[derive(Clone, Debug)]
pub struct BrandingConfig {
    /// An organization is reached at its short name below this, such as `northwind.voice.example.com`.
    pub base_domain: Option<String>,
    /// Asked whether a domain is an organization's; the machine's own resolvers when unset.
    pub dns_resolver: Option<SocketAddr>,
}

impl BrandingConfig {
    /// Browsers take every name below `localhost` for this machine, which is what a demo needs.
    pub(super) fn read(env: &Environment, demo: bool) -> Result<Self, ConfigError> {
        let base_domain = match env.text("BASE_DOMAIN") {
            None => demo.then(|| "localhost".to_owned()),
            Some(text) => Some(domain(text)?),
        };
        let dns_resolver = env.text("DNS_RESOLVER").map(resolver).transpose()?;
        Ok(Self {
            base_domain,
            dns_resolver,
        })
    }

    /// Where an organization's own domain must lead; `None` where the platform has no name that is known in the world.
    pub fn domain_target(&self, http: &HttpConfig) -> Option<String> {
        let public = match http.public_url.host() {
            Some(Host::Domain(name)) => Some(name.to_owned()),
            _ => None,
        };
        let is_known = |name: &String| name.contains('.') && !name.ends_with(".localhost");
        public
            .filter(is_known)
            .or_else(|| self.base_domain.clone().filter(is_known))
    }
}

fn domain(text: &str) -> Result<String, ConfigError> {
    let wrong = || {
        ConfigError::new(
            "BASE_DOMAIN",
            format!("is {text:?}; write a domain without scheme and port, such as voice.example.com"),
        )
    };
    let name = idna::domain_to_ascii_strict(text).map_err(|_invalid| wrong())?;
    if name.is_empty() || name.parse::<IpAddr>().is_ok() {
        return Err(wrong());
    }
    Ok(name)
}

fn resolver(text: &str) -> Result<SocketAddr, ConfigError> {
    let alone = || text.parse().map(|ip: IpAddr| SocketAddr::new(ip, 53));
    text.parse().or_else(|_no_port| alone()).map_err(|_neither| {
        ConfigError::new(
            "DNS_RESOLVER",
            format!("is {text:?}; write an address and a port, such as 9.9.9.9:53"),
        )
    })
}
