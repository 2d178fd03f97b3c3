//! Opaque cursors: a position in a stable order, signed with a check so that garbage is refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::ApiError;
use crate::rng::hash;

/// Wraps a position.
pub fn seal(position: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{:08x}{position}", hash(position) & 0xFFFF_FFFF))
}

/// Unwraps a position.
///
/// # Errors
/// 400 `invalid_cursor` for anything that [`seal`] did not make.
pub fn open(cursor: &str) -> Result<String, ApiError> {
    let text = URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    match text.as_deref().and_then(|text| text.split_at_checked(8)) {
        Some((check, position)) if check == format!("{:08x}", hash(position) & 0xFFFF_FFFF) => {
            Ok(position.to_owned())
        }
        _ => Err(ApiError::bad_request(
            "invalid_cursor",
            "The provided cursor is invalid.",
        )),
    }
}
