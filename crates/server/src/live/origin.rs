//! A browser lets any page open a socket to us and may send our cookie along; only the origin tells them apart.

use crate::config::HttpConfig;
use crate::error::{ApiError, ApiResult};
use actix_web::HttpRequest;
use actix_web::http::header::{HOST, ORIGIN};
use shared::ErrorCode;
use url::Url;

/// # Errors
/// `foreign_origin` unless the page came from the public URL or from the very host it now talks to.
pub fn check(request: &HttpRequest, config: &HttpConfig) -> ApiResult<()> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let origin = text(ORIGIN).and_then(|origin| Url::parse(origin).ok());
    match origin {
        Some(origin) if is_ours(&origin, text(HOST), &config.public_url) => Ok(()),
        _ => Err(ApiError::refused(ErrorCode::ForeignOrigin)),
    }
}

fn is_ours(origin: &Url, host: Option<&str>, public_url: &Url) -> bool {
    // The scheme's own port may be written in one of the two and not in the other.
    let host = host.and_then(|host| Url::parse(&format!("{}://{host}", origin.scheme())).ok());
    origin.origin() == public_url.origin() || host.is_some_and(|host| host.origin() == origin.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_open_a_socket() {
        let ours = |origin: &str, host| {
            let public_url = Url::parse("https://voice.example.com/").unwrap();
            is_ours(&Url::parse(origin).unwrap(), Some(host), &public_url)
        };
        assert!(ours("https://voice.example.com", "10.0.0.7:5000"));
        assert!(ours("http://127.0.0.1:5000", "127.0.0.1:5000"));
        assert!(ours("https://other.example.com", "other.example.com:443"));
        assert!(!ours("https://voice.example.com.evil.test", "voice.example.com"));
        assert!(!ours("http://voice.example.com", "10.0.0.7:5000"));
        assert!(!ours("http://127.0.0.1:5001", "127.0.0.1:5000"));
    }
}
