//! What a browser may do with our pages.

use crate::app::App;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};

/// No inline scripts; WebAssembly needs a word of its own. Inline styles only as attributes: charts and the
/// agency's colours, on `<html>`, set them. What the server leaves for the page is JSON, which nothing runs. `blob:` sound is a recording that the page holds already.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    style-src-attr 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; font-src 'self'; \
    connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What is no page: nothing in it may run or be shown. Shorter, too, on each of the thirty replies of a first visit.
const POLICY_OF_DATA: &str = "default-src 'none'; frame-ancestors 'none'";

const DATA: [&str; 6] = [
    "application/json",
    "application/problem+json",
    "application/wasm",
    "font/woff2",
    "text/css",
    "text/javascript",
];

/// Heeded for documents alone.
const OF_PAGES: [(HeaderName, &str); 4] = [
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), payment=(), microphone=(self)",
    ),
];

pub async fn layer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let secure = request
        .app_data::<web::Data<App>>()
        .is_some_and(|app| app.config.http.secure());
    let is_api = request.path().starts_with("/api/");
    let mut reply = next.call(request).await?;
    let headers = reply.headers_mut();
    let is_data = is_data(headers);
    let policy = if is_data { POLICY_OF_DATA } else { POLICY };
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    let of_pages = OF_PAGES.into_iter().filter(|_| !is_data);
    for (name, value) in always.into_iter().chain(of_pages) {
        // A reply that allows less says so itself.
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    if is_api && !headers.contains_key(header::CACHE_CONTROL) {
        // Replies depend on the session; the next person at the machine must not find them.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(reply)
}

/// Whether no browser makes a document of it in which anything could run. An SVG is one.
fn is_data(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| DATA.contains(&kind.trim()))
}
