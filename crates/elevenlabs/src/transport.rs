//! The connection pool that all clients of a process share.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;

use url::Url;

use crate::{Error, Hosts, tls};

const USER_AGENT: &str = concat!("EchoSensei/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A pool of connections, cheap to clone. Make one per process and hand it to every
/// [`ClientBuilder`](crate::ClientBuilder).
///
/// It follows no redirects: the vendor sends none, and the key header would travel along. Bound to public [`Hosts`] it uses
/// no proxy of the environment either: a proxy would look the names up itself, past the check.
#[derive(Debug, Clone)]
pub struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) hosts: Hosts,
}

impl Transport {
    /// One that connects to any host.
    ///
    /// # Errors
    /// [`Error::Configuration`] where TLS or the resolver cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::to(Hosts::any())
    }

    /// One that connects to these hosts only, whatever their names lead to when a connection is made.
    ///
    /// # Errors
    /// As [`Transport::new`].
    pub fn to(hosts: Hosts) -> Result<Self, Error> {
        let tls = tls::client_config()?;
        let mut http_tls = tls.clone();
        http_tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(http_tls)
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            // Ours is the only retry: two layers would multiply the attempts.
            .retry(reqwest::retry::never())
            .dns_resolver(hosts.clone());
        if hosts.are_public() {
            http = http.no_proxy();
        }
        let http = http
            .build()
            .map_err(|error| Error::Configuration(format!("HTTP client: {error}")))?;
        Ok(Self {
            http,
            tls: Arc::new(tls),
            hosts,
        })
    }

    /// Whether a connection to `url` would be made now. Each connection asks again.
    ///
    /// # Errors
    /// [`Error::PrivateHost`] where it would not; [`Error::Network`] or [`Error::Timeout`] where the name leads nowhere.
    pub async fn admits(&self, url: &Url) -> Result<(), Error> {
        if !self.hosts.are_public() {
            return Ok(());
        }
        self.hosts.addresses(url).await.map(drop)
    }
}

pub(crate) fn user_agent() -> &'static str {
    USER_AGENT
}
