//! What an API key is spared and what it may not do: a program has no pages and no cookie, so its origin says nothing.
//!
//! Unsafe methods are accepted from our own pages only. SameSite=Lax keeps the cookie away from foreign posts
//! already; this also covers neighbours on a sibling domain, which count as the same site. The socket, opened by GET,
//! checks for itself (`live/origin.rs`).

use crate::api_keys::bearer;
use crate::app::App;
use crate::auth::session;
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
    let Ok(origin) = Url::parse(origin) else {
        return false;
    };
    let public = request
        .app_data::<web::Data<App>>()
        .map(|app| app.config.http.public_url.origin());
    if public == Some(origin.origin()) {
        return true;
    }
    // The host under which this very request came: localhost beside 127.0.0.1, a second domain.
    let host = header("host").and_then(|host| Url::parse(&format!("{}://{host}", origin.scheme())).ok());
    host.is_some_and(|host| host.origin() == origin.origin())
}
