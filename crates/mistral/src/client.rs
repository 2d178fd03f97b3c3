//! One key on one host.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::Error;

const USER_AGENT: &str = concat!("EchoSensei/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an answer may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// A completion, from sending to the last byte of the answer.
    pub completion: Duration,
    /// A list, all attempts together.
    pub list: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            completion: Duration::from_secs(90),
            list: Duration::from_secs(20),
        }
    }
}

/// A client; cheap to clone. The key shows in no `Debug` output.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: Url,
    pub(crate) key: SecretString,
    pub(crate) timeouts: Timeouts,
}

impl Client {
    /// `base_url` is what stands before `/v1/…`, such as `https://api.mistral.ai`; a path and trailing slashes are fine.
    ///
    /// # Errors
    /// [`Error::Configuration`] for a URL that is not http(s), a key that no header can carry, and TLS that can not be set up.
    pub fn new(base_url: Url, key: SecretString, timeouts: Timeouts) -> Result<Self, Error> {
        let base_url = checked_base(base_url)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            // The key would travel along.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| Error::Configuration(format!("HTTP client: {error}")))?;
        let client = Self {
            inner: Arc::new(Inner {
                http,
                base_url,
                key,
                timeouts,
            }),
        };
        client.key_header().map(|_| client)
    }

    /// Where this client sends its requests.
    pub fn base_url(&self) -> &Url {
        &self.inner.base_url
    }

    /// The key as a header that logs as "Sensitive".
    pub(crate) fn key_header(&self) -> Result<HeaderValue, Error> {
        let key = self.inner.key.expose_secret();
        let header = HeaderValue::from_str(&format!("Bearer {key}")).ok();
        let mut header = header.filter(|_| !key.is_empty()).ok_or_else(|| {
            Error::Configuration("the key is empty or contains characters that no key has".into())
        })?;
        header.set_sensitive(true);
        Ok(header)
    }

    pub(crate) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.inner.base_url.clone();
        // `new` refused URLs that cannot have a path.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.inner.base_url.as_str())
            .finish_non_exhaustive()
    }
}

/// Mozilla's roots compiled in, and the provider named, as for every other connection of the product.
fn tls() -> Result<ClientConfig, Error> {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Configuration(format!("TLS cannot be set up: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

fn checked_base(mut url: Url) -> Result<Url, Error> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Error::Configuration(
            "the base URL must start with http:// or https://".into(),
        ));
    }
    url.set_query(None);
    url.set_fragment(None);
    // People copy it with the version from examples of other vendors' SDKs.
    let path = url
        .path()
        .trim_end_matches('/')
        .trim_end_matches("/v1")
        .to_owned();
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(base: &str, key: &str) -> Result<Client, Error> {
        Client::new(
            Url::parse(base).unwrap(),
            SecretString::from(key.to_owned()),
            Timeouts::default(),
        )
    }

    #[test]
    fn a_path_slashes_and_the_version_are_tolerated() {
        for base in ["http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/"] {
            let url = client(base, "k").unwrap().url(&["v1", "models"]);
            assert_eq!(url.as_str(), "http://h:1/v1/models", "{base}");
        }
        let url = client("http://h/mistral/", "k").unwrap().url(&["v1", "models"]);
        assert_eq!(url.as_str(), "http://h/mistral/v1/models");
    }

    #[test]
    fn the_key_is_checked_and_never_shown() {
        assert!(client("http://h", "").is_err());
        assert!(client("http://h", "a\nb").is_err());
        assert!(client("ftp://h", "k").is_err());
        let shown = format!("{:?}", client("http://h", "very-secret").unwrap());
        assert!(!shown.contains("very-secret"), "{shown}");
    }
}
