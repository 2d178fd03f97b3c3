//! The vendor's signature: `t=<unix seconds>,v0=<lowercase hex of HMAC-SHA256 over "t.body">`.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Signs `body` with the webhook's secret, taken as UTF-8 bytes.
pub fn sign(secret: &str, timestamp: i64, body: &[u8]) -> String {
    // HMAC takes keys of any length, so the error cannot happen; an empty signature would be refused by everyone.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    format!("t={timestamp},v0={}", hex::encode(mac.finalize().into_bytes()))
}
