//! The `ElevenLabs-Signature` header: `t=<unix seconds>,v0=<hex>`, where hex is
//! HMAC-SHA256(secret, `"<t>." + body`).

use std::time::Duration;

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// Name of the header, in the lower case of HTTP/2.
pub const SIGNATURE_HEADER: &str = "elevenlabs-signature";

/// Why a delivery is not accepted. The two about time are raised only for genuine signatures, so
/// that they point to a slow sender or a wrong clock and not to a forger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the signature header has no usable t=… and v0=… parts")]
    Malformed,
    #[error("the signature does not match the body")]
    Mismatch,
    #[error("the delivery was signed {0:?} ago, longer than is accepted")]
    TooOld(Duration),
    #[error("the delivery was signed {0:?} in the future, further than is accepted")]
    InFuture(Duration),
}

/// Checks a delivery and returns when it was signed.
///
/// `body` is what came over the wire, before any parsing. Comparison takes the same time wherever a
/// digest differs. Spaces around the header's parts are accepted, and so is more than one `v0`.
///
/// # Errors
/// See [`SignatureError`]; `tolerance` bounds the age and, equally, how far ahead the sender's clock
/// may be.
pub fn verify(
    secret: &SecretString,
    header: &str,
    body: &[u8],
    now: DateTime<Utc>,
    tolerance: Duration,
) -> Result<DateTime<Utc>, SignatureError> {
    let header = Header::parse(header)?;
    let wanted = digest(secret, header.timestamp, body);
    let matches = header
        .digests
        .iter()
        .fold(Choice::from(0), |found, digest| found | digest.ct_eq(&wanted));
    if !bool::from(matches) {
        return Err(SignatureError::Mismatch);
    }
    let signed_at = header.signed_at;
    let age = now.signed_duration_since(signed_at);
    match age.to_std() {
        Ok(age) if age > tolerance => Err(SignatureError::TooOld(age)),
        Ok(_) => Ok(signed_at),
        Err(_) => match age.abs().to_std().unwrap_or(Duration::MAX) {
            ahead if ahead > tolerance => Err(SignatureError::InFuture(ahead)),
            _ => Ok(signed_at),
        },
    }
}

/// The header for a body, as the vendor writes it. For tests and simulators.
pub fn sign(secret: &SecretString, body: &[u8], at: DateTime<Utc>) -> String {
    let timestamp = at.timestamp().to_string();
    format!(
        "t={timestamp},v0={}",
        hex::encode(digest(secret, &timestamp, body))
    )
}

fn digest(secret: &SecretString, timestamp: &str, body: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length, so the error cannot occur; an all-zero key would sign nothing
    // that anybody verifies.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.finalize().into_bytes().into()
}

struct Header<'a> {
    /// Exactly as written, since that text was signed.
    timestamp: &'a str,
    signed_at: DateTime<Utc>,
    digests: Vec<[u8; 32]>,
}

impl<'a> Header<'a> {
    fn parse(header: &'a str) -> Result<Self, SignatureError> {
        let (mut timestamp, mut digests) = (None, Vec::new());
        for part in header.split(',') {
            match part
                .split_once('=')
                .map(|(name, value)| (name.trim(), value.trim()))
            {
                Some(("t", value)) if timestamp.is_none() => timestamp = Some(value),
                Some(("t", _)) => return Err(SignatureError::Malformed),
                Some(("v0", value)) => digests.extend(decode(value)),
                // Versions yet to come.
                _ => {}
            }
        }
        let timestamp = timestamp.ok_or(SignatureError::Malformed)?;
        let signed_at = moment(timestamp).ok_or(SignatureError::Malformed)?;
        if digests.is_empty() {
            return Err(SignatureError::Malformed);
        }
        Ok(Self {
            timestamp,
            signed_at,
            digests,
        })
    }
}

fn moment(timestamp: &str) -> Option<DateTime<Utc>> {
    let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then_some(timestamp)
        .and_then(|text| text.parse().ok())
        .and_then(|s| DateTime::from_timestamp(s, 0))
}

fn decode(hex_text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    hex::decode_to_slice(hex_text, &mut digest).ok().map(|()| digest)
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
