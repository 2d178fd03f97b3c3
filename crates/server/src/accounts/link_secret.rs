//! The secret part of a mailed link: 32 random bytes, of which the database has only the SHA-256.

use crate::error::{ApiError, ApiResult};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use shared::ErrorCode;
use shared::invitation::LinkToken;

/// A fresh one.
pub struct LinkSecret {
    /// As it stands in the link.
    pub text: String,
    /// As it is stored.
    pub hash: Vec<u8>,
}

impl LinkSecret {
    pub fn fresh() -> Self {
        let random: [u8; 32] = rand::random();
        Self {
            text: URL_SAFE_NO_PAD.encode(random),
            hash: Sha256::digest(random).to_vec(),
        }
    }
}

/// What is stored of the secret that somebody sent.
///
/// # Errors
/// `not_found` when it can not be one of ours.
pub fn hash_of(token: &str) -> ApiResult<Vec<u8>> {
    URL_SAFE_NO_PAD
        .decode(token.trim())
        .ok()
        .filter(|bytes| bytes.len() == 32)
        .map(|bytes| Sha256::digest(bytes).to_vec())
        .ok_or_else(unknown)
}

/// The same of a body.
///
/// # Errors
/// As [`hash_of`].
pub fn hash_in(body: &LinkToken) -> ApiResult<Vec<u8>> {
    hash_of(&body.token)
}

/// For a link that nobody was sent.
pub fn unknown() -> ApiError {
    ApiError::because(
        ErrorCode::NotFound,
        "This link is not known. Check that it was copied whole, or ask for a new one.",
    )
}

/// For one that was.
pub fn gone(why: &str) -> ApiError {
    ApiError::because(ErrorCode::LinkGone, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_its_hash_and_nonsense_is_unknown() {
        let secret = LinkSecret::fresh();
        assert_eq!(hash_of(&format!(" {}\n", secret.text)).unwrap(), secret.hash);
        assert_ne!(hash_of(&LinkSecret::fresh().text).unwrap(), secret.hash);
        for nonsense in ["", "abc", "%", &secret.text[1..], "' or 1=1"] {
            assert_eq!(
                hash_of(nonsense).unwrap_err().code(),
                ErrorCode::NotFound,
                "{nonsense}"
            );
        }
    }
}
