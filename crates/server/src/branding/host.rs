//! Whose host a request came to. `Host` alone says so; what a proxy forwards counts only where proxies are trusted.

use crate::app::App;
use crate::error::ApiError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, ResponseError, web};
use shared::OrganizationId;

/// Longest name that DNS has.
const LONGEST: usize = 253;

/// The host of the request that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostOf {
    /// As it was sent, with its port.
    pub text: String,
    /// Whose it is, if anybody's.
    pub organization: Option<OrganizationId>,
    /// The platform's own name, or this machine's.
    pub is_own: bool,
}

tokio::task_local! {
    static CURRENT: HostOf;
}

/// The organization on whose host the request runs; `None` in jobs and on the platform's own.
pub fn organization() -> Option<OrganizationId> {
    CURRENT.try_with(|host| host.organization).ok().flatten()
}

/// The host of the request that runs; none in jobs.
pub fn current() -> Option<HostOf> {
    CURRENT.try_with(HostOf::clone).ok()
}

/// Layer of `/api`: learns whose host it is. An answer that is not known yet costs one query.
pub async fn layer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let found = match request.app_data::<web::Data<App>>() {
        Some(app) => of(app, request.request()).await,
        None => Err(ApiError::internal("no application")),
    };
    match found {
        Ok(host) => {
            let reply = CURRENT.scope(host, next.call(request)).await;
            reply.map(ServiceResponse::map_into_boxed_body)
        }
        Err(error) => Ok(request.into_response(error.error_response())),
    }
}

/// The host of a request.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, request: &HttpRequest) -> Result<HostOf, ApiError> {
    let text = sent(
        request.headers(),
        request.uri().authority().map(|a| a.as_str()),
        app.config.http.trust_proxy,
    );
    let Some(name) = text.as_deref().and_then(name) else {
        // Such as an address of IPv6, or nonsense: nobody's, and nothing to ask about.
        let is_own = text.as_deref().is_some_and(|text| text.starts_with('['));
        return Ok(HostOf {
            text: text.unwrap_or_default(),
            organization: None,
            is_own,
        });
    };
    Ok(HostOf {
        organization: app.brands.at_host(&name).await?,
        is_own: app.brands.is_own(&name),
        text: text.unwrap_or_default(),
    })
}

/// What the request says of its host. Of a list that proxies wrote, the last entry is the nearest proxy's.
fn sent(headers: &HeaderMap, authority: Option<&str>, trust_proxy: bool) -> Option<String> {
    let forwarded = || {
        let value = headers.get_all("x-forwarded-host").last()?.to_str().ok()?;
        value
            .rsplit(',')
            .next()
            .map(str::trim)
            .filter(|host| !host.is_empty())
    };
    let host = || headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let found = if trust_proxy {
        forwarded().or_else(host)
    } else {
        host()
    };
    found.or(authority).map(str::to_owned)
}

/// The name alone, as it is looked up: lower case, without port and final dot. `None` for what is no name.
pub(super) fn name(host: &str) -> Option<String> {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        Some(_) => return None,
        None => host,
    };
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_')
    };
    (name.len() <= LONGEST && name.split('.').all(is_label)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn a_host_is_a_name_without_its_port() {
        assert_eq!(
            name("Voice.Example.com:8443").as_deref(),
            Some("voice.example.com")
        );
        assert_eq!(name("voice.example.com.").as_deref(), Some("voice.example.com"));
        let long = format!("{}.example", "a".repeat(64));
        for host in [
            "",
            "[::1]:5000",
            "a b",
            "a..b",
            "a/b",
            "voice.example.com:80:80",
            "a@b",
            long.as_str(),
            "ü.example",
        ] {
            assert_eq!(name(host), None, "{host}");
        }
    }

    #[test]
    fn a_forwarded_host_counts_only_where_proxies_are_trusted() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("real.example"));
        headers.insert(
            header::HeaderName::from_static("x-forwarded-host"),
            HeaderValue::from_static("forged.example, near.example"),
        );
        assert_eq!(sent(&headers, None, false).as_deref(), Some("real.example"));
        assert_eq!(sent(&headers, None, true).as_deref(), Some("near.example"));
        assert_eq!(
            sent(&HeaderMap::new(), Some("h2.example"), false).as_deref(),
            Some("h2.example")
        );
    }
}
