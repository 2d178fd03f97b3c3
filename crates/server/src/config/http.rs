//! `HOST`, `PORT`, `PUBLIC_URL`, `TRUST_PROXY`, `SPA_DIR`, `LIVE_PING_SECONDS`.

use super::{ConfigError, Environment};
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

#[derive(Clone)]
pub struct HttpConfig {
    pub host: String,
    /// 0 takes a free one; the log says which.
    pub port: u16,
    /// Under which the outside reaches us: links, webhook URLs, the origin check.
    pub public_url: Url,
    /// `X-Forwarded-For` and `X-Forwarded-Proto` are believed only with this.
    pub trust_proxy: bool,
    /// The built SPA.
    pub spa_dir: PathBuf,
    /// Between two pings on a browser's socket.
    pub live_ping: Duration,
}

impl HttpConfig {
    pub(super) fn read(env: &Environment, production: bool) -> Result<Self, ConfigError> {
        let host = env.text("HOST").unwrap_or("127.0.0.1").to_owned();
        let port = env.number("PORT", 5000)?;
        let public_url = env.url("PUBLIC_URL", &format!("http://127.0.0.1:{port}"))?;
        if production && public_url.scheme() != "https" {
            return Err(ConfigError::new(
                "PUBLIC_URL",
                "must be https in production: session cookies are not sent over plain HTTP",
            ));
        }
        let live_ping: f64 = env.number("LIVE_PING_SECONDS", 20.0)?;
        if !(0.1..=300.0).contains(&live_ping) {
            return Err(ConfigError::new(
                "LIVE_PING_SECONDS",
                "must lie between 0.1 and 300",
            ));
        }
        Ok(Self {
            host,
            port,
            public_url,
            trust_proxy: env.flag("TRUST_PROXY", false)?,
            spa_dir: env.text("SPA_DIR").unwrap_or("dist").into(),
            live_ping: Duration::from_secs_f64(live_ping),
        })
    }

    /// Cookies carry `Secure`.
    pub fn secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

impl std::fmt::Debug for HttpConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("public_url", &self.public_url.as_str())
            .field("trust_proxy", &self.trust_proxy)
            .field("spa_dir", &self.spa_dir)
            .field("live_ping", &self.live_ping)
            .finish()
    }
}
