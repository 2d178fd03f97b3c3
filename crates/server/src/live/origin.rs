//! A browser lets any page open a socket to us and may send our cookie along; only the origin tells them apart.

use crate::branding::host;
use crate::config::Config;
use crate::error::{ApiError, ApiResult};
use crate::middleware::origin_check::is_page_of_ours;
use actix_web::HttpRequest;
use actix_web::http::header::ORIGIN;
use shared::ErrorCode;
use url::Url;

/// # Errors
/// `foreign_origin` unless the page may speak to the host to which it spoke.
pub fn check(request: &HttpRequest, config: &Config) -> ApiResult<()> {
    let origin = request
        .headers()
        .get(ORIGIN)
        .and_then(|value| value.to_str().ok());
    match origin.and_then(|origin| Url::parse(origin).ok()) {
        Some(origin) if is_page_of_ours(&origin, &host::current().unwrap_or_default(), config) => Ok(()),
        _ => Err(ApiError::refused(ErrorCode::ForeignOrigin)),
    }
}
