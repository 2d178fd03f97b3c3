//! Sending: time-outs, status and body.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use crate::{Client, Error, error_body};

/// Largest answer that is read.
const MAX_BYTES: usize = 8 << 20;
const MAX_ERROR_BYTES: usize = 64 << 10;
/// A wait that nobody means.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400);

impl Client {
    /// Once, and never again by itself.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        body: &Value,
    ) -> Result<T, Error> {
        let request = self
            .inner
            .http
            .post(self.url(segments))
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        let within = self.inner.timeouts.completion;
        timeout(within, self.send(request))
            .await
            .map_err(|_elapsed| Error::Timeout)?
    }

    /// Reading, so it may be sent again.
    pub(crate) async fn get<T: DeserializeOwned>(&self, segments: &[&str]) -> Result<T, Error> {
        use backon::{ExponentialBuilder, Retryable};
        let attempt = || async { self.send(self.inner.http.get(self.url(segments))).await };
        let schedule = ExponentialBuilder::default().with_max_times(3).with_jitter();
        let attempts = attempt.retry(schedule).when(Error::is_transient);
        timeout(self.inner.timeouts.list, attempts)
            .await
            .map_err(|_elapsed| Error::Timeout)?
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Error> {
        let response = request
            .header(AUTHORIZATION, self.key_header()?)
            .send()
            .await
            .map_err(|error| Error::from_transport(&error))?;
        let status = response.status();
        if !status.is_success() {
            let wait = retry_after(response.headers());
            // An error whose explanation gets lost is still that error.
            let body = read(response, MAX_ERROR_BYTES).await.unwrap_or_default();
            let body = String::from_utf8_lossy(&body).replace(self.inner.key.expose_secret(), "***");
            return Err(error_body::to_error(status.as_u16(), &body, wait));
        }
        let body = read(response, MAX_BYTES).await?;
        serde_json::from_slice(&body).map_err(|error| Error::Unreadable(error.to_string()))
    }
}

async fn read(mut response: Response, max: usize) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| Error::from_transport(&error))?
    {
        if body.len() + chunk.len() > max {
            return Err(Error::Unreadable(format!("longer than {max} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Seconds; the vendor sends it sometimes.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    let wait = Duration::try_from_secs_f64(seconds).ok()?;
    Some(wait.min(LONGEST_WAIT))
}
