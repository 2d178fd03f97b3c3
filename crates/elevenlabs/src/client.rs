//! One workspace key on one host.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{Error, RetryPolicy, Transport};

/// Upper bounds on how long a call may take. Connecting takes at most 10 s of each.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// One attempt, from sending to the last byte of a JSON reply (for audio: to its headers).
    pub attempt: Duration,
    /// All attempts and the waits between them.
    pub total: Duration,
    /// Silence within an audio body.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(30),
            total: Duration::from_secs(90),
            idle: Duration::from_secs(30),
        }
    }
}

/// A client of one ElevenLabs workspace; cheap to clone. The key shows in no `Debug` output.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) transport: Transport,
    pub(crate) base_url: Url,
    pub(crate) api_key: SecretString,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
}

impl Client {
    /// A client with default time-outs and retries and a connection pool of its own.
    ///
    /// `base_url` is the stack the key belongs to, such as `https://api.elevenlabs.io` or a
    /// residency host; a path and trailing slashes are fine.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub fn new(base_url: Url, api_key: SecretString) -> Result<Self, Error> {
        Self::builder(base_url, api_key).build()
    }

    /// A client whose time-outs, retries or connection pool differ from the defaults.
    pub fn builder(base_url: Url, api_key: SecretString) -> ClientBuilder {
        ClientBuilder {
            base_url,
            api_key,
            transport: None,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
        }
    }

    /// Where this client sends its requests.
    pub fn base_url(&self) -> &Url {
        &self.inner.base_url
    }

    /// The key as a header that logs as "Sensitive".
    pub(crate) fn key_header(&self) -> Result<HeaderValue, Error> {
        key_header(&self.inner.api_key)
    }

    /// Base URL plus `segments`, each percent-encoded, so that an id cannot change the path.
    pub(crate) fn url(&self, segments: &[&str]) -> Result<Url, Error> {
        if let Some(bad) = segments
            .iter()
            .find(|segment| matches!(**segment, "" | "." | ".."))
        {
            return Err(Error::Configuration(format!("{bad:?} is not an id")));
        }
        let mut url = self.inner.base_url.clone();
        // `build` refused URLs that cannot have a path.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Ok(url)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.inner.base_url.as_str())
            .finish_non_exhaustive()
    }
}

/// Settings of a [`Client`] that is yet to be made.
pub struct ClientBuilder {
    base_url: Url,
    api_key: SecretString,
    transport: Option<Transport>,
    timeouts: Timeouts,
    retry: RetryPolicy,
}

impl ClientBuilder {
    /// Shares a connection pool with other clients.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = Some(transport);
        self
    }

    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// # Errors
    /// [`Error::Configuration`] for a URL that is not plain http(s) and a set-up that fails;
    /// [`Error::InvalidKey`] for a key that no header can carry.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = checked_base(self.base_url)?;
        key_header(&self.api_key)?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Transport::new()?,
        };
        Ok(Client {
            inner: Arc::new(Inner {
                transport,
                base_url,
                api_key: self.api_key,
                timeouts: self.timeouts,
                retry: self.retry,
            }),
        })
    }
}

fn checked_base(mut url: Url) -> Result<Url, Error> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Error::Configuration(
            "the base URL must start with http:// or https://".into(),
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::Configuration(
            "the base URL must not carry a user name or password".into(),
        ));
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn key_header(key: &SecretString) -> Result<HeaderValue, Error> {
    let key = key.expose_secret();
    let header = HeaderValue::from_str(key).ok().filter(|_| !key.is_empty());
    let mut header = header.ok_or_else(|| Error::InvalidKey {
        message: "the key is empty or contains characters that no key has".into(),
    })?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(base: &str) -> Result<Client, Error> {
        Client::new(Url::parse(base).unwrap(), SecretString::from("sk_very_secret"))
    }

    #[test]
    fn trailing_slashes_and_a_path_prefix_are_tolerated() {
        for (base, wanted) in [
            ("http://h:1", "http://h:1/v1/user"),
            ("http://h:1///", "http://h:1/v1/user"),
            ("http://h:1/proxy/el//", "http://h:1/proxy/el/v1/user"),
            ("http://h:1/?x=1#y", "http://h:1/v1/user"),
        ] {
            assert_eq!(
                client(base).unwrap().url(&["v1", "user"]).unwrap().as_str(),
                wanted
            );
        }
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        let client = client("http://h").unwrap();
        assert_eq!(
            client.url(&["v1", "a/../b?c#d"]).unwrap().as_str(),
            "http://h/v1/a%2F..%2Fb%3Fc%23d"
        );
        for bad in ["", ".", ".."] {
            assert!(matches!(client.url(&["v1", bad]), Err(Error::Configuration(_))));
        }
    }

    #[test]
    fn the_key_is_in_no_debug_output() {
        let client = client("http://h").unwrap();
        assert!(!format!("{client:?} {:?}", client.key_header()).contains("very_secret"));
    }

    #[test]
    fn unusable_urls_and_keys_are_refused_at_once() {
        for base in ["ftp://h", "mailto:a@b", "https://user:pw@h", "file:///etc"] {
            assert!(matches!(client(base), Err(Error::Configuration(_))), "{base}");
        }
        for key in ["", "a\nb"] {
            let url = Url::parse("http://h").unwrap();
            assert!(matches!(
                Client::new(url, SecretString::from(key)),
                Err(Error::InvalidKey { .. })
            ));
        }
    }
}
