//! What an API key is spared and what it may not do: a program has no pages and no cookie, so its origin says nothing.
//!
//! Unsafe methods are accepted from our own pages only. SameSite=Lax keeps the cookie away from foreign posts
//! already; this also covers neighbours on a sibling domain, which count as the same site. The socket, opened by GET,
//! checks for itself (`live/origin.rs`).

use crate::api_keys::bearer;
use crate::app::App;
use crate::auth::session;
use crate::branding::host::{self, HostOf};
use crate::config::{AppEnv, Config};
use crate::error::ApiError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};
use shared::ErrorCode;
use url::Url;

/// Layer of `/api`; providers post webhooks without an origin and prove themselves by signature.
pub async fn layer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if bearer(request.request()).is_some() {
        return match refusal_of_key(&request) {
            Some(refusal) => Ok(request.into_response(refusal.error_response())),
            None => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
        };
    }
    let is_webhook = request.path().starts_with("/api/webhooks/");
    if is_webhook || request.method().is_safe() || is_ours(&request) {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    Ok(request.into_response(ApiError::refused(ErrorCode::ForeignOrigin).error_response()))
}

/// Whose request it is must be plain, and an account is its owner's: no key signs in, or changes a password.
fn refusal_of_key(request: &ServiceRequest) -> Option<ApiError> {
    if request.cookie(session::COOKIE).is_some() {
        return Some(ApiError::because(
            ErrorCode::MalformedRequest,
            "Send an API key or a session cookie, not both",
        ));
    }
    let of_persons = ["/api/auth/", "/api/account"];
    of_persons
        .iter()
        .any(|path| request.path().starts_with(path))
        .then(|| {
            ApiError::because(
                ErrorCode::PermissionDenied,
                "An API key can not do this: it needs a person who is signed in",
            )
        })
}

fn is_ours(request: &ServiceRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = header("origin") else {
        // Browsers send one of the two with every unsafe request; `none` is the address bar.
        return matches!(header("sec-fetch-site"), Some("same-origin"));
    };
    let (Ok(origin), Some(app)) = (Url::parse(origin), request.app_data::<web::Data<App>>()) else {
        return false;
    };
    is_page_of_ours(&origin, &host::current().unwrap_or_default(), &app.config)
}

/// Whether a page of this origin may speak to the host to which it spoke. On the host of an organization that is its own pages
/// alone; elsewhere the public URL's, and those of the very host: localhost beside 127.0.0.1. A name that is nobody's may be one
/// that somebody points at us to look like our own page, so production knows it by its settings or not at all.
pub fn is_page_of_ours(origin: &Url, host: &HostOf, config: &Config) -> bool {
    // The scheme's own port may be written in one of the two and not in the other.
    let there = Url::parse(&format!("{}://{}", origin.scheme(), host.text)).ok();
    let is_same = there.is_some_and(|there| there.origin() == origin.origin());
    if host.organization.is_some() {
        return is_same;
    }
    let is_known = host.is_own || config.app_env != AppEnv::Production;
    origin.origin() == config.http.public_url.origin() || is_same && is_known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn allows(origin: &str, host: &str, organization: bool, is_own: bool, env: &str) -> bool {
        let settings = [
            ("APP_ENV", env),
            ("PUBLIC_URL", "https://voice.example.com"),
            ("DATABASE_URL", "postgresql://a@b/c"),
            ("ENCRYPTION_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
            ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
        ];
        let config = Config::read(&Environment::from_pairs(settings)).unwrap();
        let host = HostOf {
            text: host.to_owned(),
            organization: organization.then(|| uuid::Uuid::nil().into()),
            is_own,
        };
        is_page_of_ours(&Url::parse(origin).unwrap(), &host, &config)
    }

    #[test]
    fn only_our_own_pages_may_speak_to_a_host() {
        let platforms = |origin, host, is_own| allows(origin, host, false, is_own, "production");
        assert!(platforms("https://voice.example.com", "10.0.0.7:5000", true));
        assert!(platforms("http://127.0.0.1:5000", "127.0.0.1:5000", true));
        assert!(!platforms(
            "https://voice.example.com.evil.test",
            "voice.example.com",
            true
        ));
        assert!(!platforms("http://voice.example.com", "10.0.0.7:5000", true));
        assert!(!platforms("http://127.0.0.1:5001", "127.0.0.1:5000", true));
        // Somebody's name that leads to us, without being known here.
        assert!(!platforms("https://rebound.test", "rebound.test", false));
        assert!(allows(
            "http://my-machine:5000",
            "my-machine:5000",
            false,
            false,
            "development"
        ));
    }

    #[test]
    fn to_an_organizations_host_only_its_own_pages_speak() {
        let agencys = |origin| allows(origin, "agency.example", true, false, "production");
        assert!(agencys("https://agency.example"));
        assert!(agencys("https://agency.example:443"));
        for origin in [
            "https://voice.example.com",
            "https://other.example",
            "https://agency.example:8443",
            "https://x.agency.example",
        ] {
            assert!(!agencys(origin), "{origin}");
        }
    }
}
