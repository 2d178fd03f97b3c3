//! Codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 seconds, one step to either side) and recovery codes.

use crate::error::ApiError;
use qrcode::QrCode;
use qrcode::render::svg;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret};

/// How many recovery codes there are.
pub const RECOVERY_CODES: usize = 10;
/// Without i, l, o and u, which are taken for digits or make words.
const RECOVERY_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 16 letters of 5 bits each.
const RECOVERY_LENGTH: usize = 16;

/// A new secret of 160 bits, in base32.
pub fn new_secret() -> SecretString {
    let random: [u8; 20] = rand::random();
    SecretString::from(Secret::from(random).to_base32())
}

/// Which step of 30 seconds the code belongs to, if it is one of now, of just before or of just after.
///
/// # Errors
/// [`ApiError::Internal`] when the secret is none.
pub fn step(secret: &SecretString, code: &str, now: u64) -> Result<Option<u64>, ApiError> {
    let secret = Secret::try_from_base32(secret.expose_secret())
        .map_err(|error| ApiError::internal(format!("second factor: {error:?}")))?;
    let totp = Builder::new()
        .with_secret(secret)
        .build()
        .map_err(|error| ApiError::internal(format!("second factor: {error:?}")))?;
    Ok(totp.check(code, now))
}

/// `otpauth://totp/EchoSensei:a%40b.example?…`, as authenticator apps read it.
pub fn uri(secret: &SecretString, issuer: &str, account: &str) -> String {
    let issuer = percent_encode(issuer);
    format!(
        "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}",
        percent_encode(account),
        secret.expose_secret()
    )
}

/// The picture to scan. Black on white in either theme: cameras expect it.
///
/// # Errors
/// [`ApiError::Internal`] when the text is too long for a picture, which an address is not.
pub fn picture(uri: &str) -> Result<String, ApiError> {
    let code = QrCode::new(uri.as_bytes()).map_err(ApiError::internal)?;
    let image = code
        .render::<svg::Color>()
        .min_dimensions(220, 220)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build();
    // The declaration of XML has no place within a page.
    Ok(image
        .find("<svg")
        .map_or(image.clone(), |at| image.split_at(at).1.to_owned()))
}

/// New recovery codes, such as `k4mz-9qpr-x2vd-h7tn`.
pub fn recovery_codes() -> Vec<String> {
    (0..RECOVERY_CODES).map(|_| recovery_code()).collect()
}

fn recovery_code() -> String {
    let random: [u8; RECOVERY_LENGTH] = rand::random();
    let mut code = String::new();
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        // 32 letters: no letter is likelier than another.
        let letter = RECOVERY_ALPHABET
            .get(usize::from(byte % 32))
            .copied()
            .unwrap_or(b'x');
        code.push(char::from(letter));
    }
    code
}

/// What is kept of one; hyphens, blanks and case do not count.
pub fn recovery_hash(code: &str) -> [u8; 32] {
    let plain: String = code
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    Sha256::digest(plain.as_bytes()).into()
}

/// The six digits of an app's code, without the blank that apps show in the middle; `None` for anything else.
pub fn digits(code: &str) -> Option<String> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == 6 && digits.bytes().all(|c| c.is_ascii_digit())).then_some(digits)
}

fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `12345678901234567890` of RFC 6238, appendix B, whose eight digits end in these six.
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn rfc() -> SecretString {
        SecretString::from(RFC.to_owned())
    }

    #[test]
    fn the_examples_of_the_rfc_hold() {
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(step(&rfc(), code, at).unwrap(), Some(at / 30), "{at}");
        }
    }

    proptest! {
        #[test]
        fn a_code_holds_for_its_own_step_and_one_to_either_side(at in 90_u64..4_000_000_000, away in -4_i64..=4) {
            let totp = Builder::new().with_secret(Secret::try_from_base32(RFC).unwrap()).build().unwrap();
            let code = totp.generate(at).to_string();
            let then = (at / 30).saturating_add_signed(away) * 30 + at % 30;
            let found = step(&rfc(), &code, then).unwrap();
            if away.abs() <= 1 {
                // A neighbour may have the same six digits by chance.
                prop_assert!(found.is_some());
            } else {
                prop_assert!(found != Some(at / 30));
            }
        }
    }

    #[test]
    fn recovery_codes_are_many_different_and_read_as_typed() {
        let codes = recovery_codes();
        let hashes: std::collections::BTreeSet<_> = codes.iter().map(|code| recovery_hash(code)).collect();
        assert_eq!(hashes.len(), RECOVERY_CODES);
        let first = codes.first().unwrap();
        let typed = format!(" {} ", first.replace('-', " ").to_uppercase());
        assert_eq!(recovery_hash(&typed), recovery_hash(first));
        assert!(digits(first).is_none());
        assert_eq!(digits(" 123 456").as_deref(), Some("123456"));
    }

    #[test]
    fn the_picture_is_an_svg_of_the_address() {
        let uri = uri(&rfc(), "EchoSensei", "a+b@example.com");
        assert!(uri.starts_with("otpauth://totp/EchoSensei:a%2Bb%40example.com?secret=GEZD"));
        let picture = picture(&uri).unwrap();
        assert!(picture.starts_with("<svg") && !picture.contains("<script"));
    }
}
