//! Sending: time-outs, repeats, status and body.

use std::time::Duration;

use backon::Retryable;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use crate::retry::Repeat;
use crate::{Client, Error, error_body, excerpt};

/// Largest JSON reply that is read: a few times the longest transcript seen.
const MAX_JSON_BYTES: usize = 64 << 20;
const MAX_ERROR_BYTES: usize = 64 << 10;

/// A request that can be sent more than once.
#[derive(Debug, Clone)]
pub(crate) struct Call<'a> {
    method: Method,
    segments: &'a [&'a str],
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    repeat: Repeat,
}

impl<'a> Call<'a> {
    pub(crate) fn get(segments: &'a [&'a str]) -> Self {
        Self::new(Method::GET, segments, Repeat::Always)
    }

    /// Deletion by id: the second of two finds nothing left, which is what was asked for.
    pub(crate) fn delete(segments: &'a [&'a str]) -> Self {
        Self::new(Method::DELETE, segments, Repeat::Always)
    }

    pub(crate) fn post(segments: &'a [&'a str], body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::new(Method::POST, segments, Repeat::Never)
        }
    }

    pub(crate) fn patch(segments: &'a [&'a str], body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::new(Method::PATCH, segments, Repeat::OnlyIfRefused)
        }
    }

    pub(crate) fn query(mut self, query: Vec<(&'static str, String)>) -> Self {
        self.query = query;
        self
    }

    fn new(method: Method, segments: &'a [&'a str], repeat: Repeat) -> Self {
        Self {
            method,
            segments,
            query: Vec::new(),
            body: None,
            repeat,
        }
    }
}

impl Client {
    /// Sends, reads the JSON reply and decodes it.
    pub(crate) async fn json<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, Error> {
        decode(&self.body(call).await?)
    }

    /// Sends where the reply says nothing (deletions answer 200 `null` or 204).
    pub(crate) async fn done(&self, call: Call<'_>) -> Result<(), Error> {
        self.body(call).await.map(drop)
    }

    async fn body(&self, call: Call<'_>) -> Result<Vec<u8>, Error> {
        self.repeated(&call, || async {
            let attempt = async {
                let response = self.attempt(&call).await?;
                read_limited(response, MAX_JSON_BYTES).await
            };
            timeout(self.inner.timeouts.attempt, attempt)
                .await
                .map_err(timed_out)?
        })
        .await
    }

    /// Sends and hands over the reply at its headers, for bodies that are streamed.
    pub(crate) async fn response(&self, call: Call<'_>) -> Result<Response, Error> {
        self.repeated(&call, || async {
            timeout(self.inner.timeouts.attempt, self.attempt(&call))
                .await
                .map_err(timed_out)?
        })
        .await
    }

    /// Asks an address of somebody else, without the key.
    pub(crate) async fn elsewhere(&self, url: &url::Url) -> Result<Response, Error> {
        let transport = &self.inner.transport;
        transport.hosts.admit_literal(url)?;
        let asked = timeout(
            self.inner.timeouts.attempt,
            transport.http.get(url.clone()).send(),
        );
        let response = asked.await.map_err(timed_out)?;
        let response = response.map_err(|error| Error::from_transport(&error))?;
        let status = response.status();
        let message = format!("{} answered with {status}", url.host_str().unwrap_or("the host"));
        match status.as_u16() {
            _ if status.is_success() => Ok(response),
            404 | 410 => Err(Error::NotFound { code: None, message }),
            status => Err(Error::Provider {
                status,
                code: None,
                message,
            }),
        }
    }

    async fn repeated<T, F, Fut>(&self, call: &Call<'_>, attempt: F) -> Result<T, Error>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        let policy = self.inner.retry;
        let attempts = attempt
            .retry(policy.schedule())
            .when(|error| call.repeat.allows(error))
            .adjust(|error, planned| policy.delay_after(error, planned))
            .notify(|error, delay| {
                tracing::debug!(provider.error = %error, delay_ms = delay.as_millis(), "repeating a request to ElevenLabs");
            });
        timeout(self.inner.timeouts.total, attempts)
            .await
            .map_err(timed_out)?
    }

    async fn attempt(&self, call: &Call<'_>) -> Result<Response, Error> {
        let response = self
            .request(call)?
            .send()
            .await
            .map_err(|error| Error::from_transport(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        // An error whose explanation gets lost is still that error.
        let body = read_limited(response, MAX_ERROR_BYTES).await.unwrap_or_default();
        Err(self.refusal(status, &body, retry_after))
    }

    fn request(&self, call: &Call<'_>) -> Result<RequestBuilder, Error> {
        let url = self.url(call.segments)?;
        self.inner.transport.hosts.admit_literal(&url)?;
        let mut request = self
            .inner
            .transport
            .http
            .request(call.method.clone(), url)
            .header("xi-api-key", self.key_header()?);
        if !call.query.is_empty() {
            request = request.query(&call.query);
        }
        if let Some(body) = &call.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        Ok(request)
    }

    /// The error behind a refusal, with the key removed should the vendor echo it.
    pub(crate) fn refusal(&self, status: u16, body: &[u8], retry_after: Option<Duration>) -> Error {
        let body = String::from_utf8_lossy(body).replace(self.inner.api_key.expose_secret(), "***");
        error_body::to_error(status, &body, retry_after)
    }
}

pub(crate) fn timed_out(_: tokio::time::error::Elapsed) -> Error {
    Error::Timeout
}

/// Decodes JSON; a failure names the place.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| Error::Decode {
        path: error.path().to_string(),
        reason: error.inner().to_string(),
        excerpt: excerpt::excerpt(&String::from_utf8_lossy(body)),
    })
}

async fn read_limited(mut response: Response, max: usize) -> Result<Vec<u8>, Error> {
    let mut body = Vec::with_capacity(response.content_length().map_or(0, |len| max.min(len as usize)));
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| Error::from_transport(&error))?
    {
        if body.len() + chunk.len() > max {
            return Err(Error::Decode {
                path: ".".into(),
                reason: format!("longer than {max} bytes"),
                excerpt: String::new(),
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The vendor's SDKs read both headers; the one in milliseconds is the finer.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |value: &reqwest::header::HeaderValue| value.to_str().ok()?.trim().parse::<f64>().ok();
    let seconds = match headers.get("retry-after-ms").and_then(number) {
        Some(millis) => millis / 1000.0,
        None => headers.get(RETRY_AFTER).and_then(number)?,
    };
    Duration::try_from_secs_f64(seconds).ok()
}
