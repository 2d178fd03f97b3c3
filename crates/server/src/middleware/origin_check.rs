//! Unsafe methods are accepted from our own pages only. SameSite=Lax keeps the cookie away from foreign posts
//! already; this also covers neighbours on a sibling domain, which count as the same site. The socket, opened by GET,
//! checks for itself (`live/origin.rs`).

use crate::app::App;
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
    let is_webhook = request.path().starts_with("/api/webhooks/");
    if is_webhook || request.method().is_safe() || is_ours(&request) {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    Ok(request.into_response(ApiError::refused(ErrorCode::ForeignOrigin).error_response()))
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
