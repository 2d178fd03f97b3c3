//! The connection pool that all clients of a process share.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;

use crate::{Error, tls};

const USER_AGENT: &str = concat!("EchoSensei/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A pool of connections, cheap to clone. Make one per process and hand it to every
/// [`ClientBuilder`](crate::ClientBuilder).
///
/// It follows no redirects: the vendor sends none, and the key header would travel along.
#[derive(Debug, Clone)]
pub struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) tls: Arc<ClientConfig>,
}

impl Transport {
    /// # Errors
    /// [`Error::Configuration`] where TLS or the resolver cannot be set up.
    pub fn new() -> Result<Self, Error> {
        let tls = tls::client_config()?;
        let mut http_tls = tls.clone();
        http_tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(http_tls)
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            // Ours is the only retry: two layers would multiply the attempts.
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| Error::Configuration(format!("HTTP client: {error}")))?;
        Ok(Self {
            http,
            tls: Arc::new(tls),
        })
    }
}

pub(crate) fn user_agent() -> &'static str {
    USER_AGENT
}
