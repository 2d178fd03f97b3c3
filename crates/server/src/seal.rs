//! Sealing of provider keys and of what providers sent: XChaCha20-Poly1305 with a random nonce, bound to the row it belongs to.
//!
//! Layout: version (1 byte) ‖ key id (4 bytes) ‖ nonce (24 bytes) ‖ ciphertext with tag. The key id is the head of the
//! key's own SHA-256, so that after a rotation the right key is found.

use crate::config;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const VERSION: u8 = 1;
const KEY_ID: std::ops::Range<usize> = 1..5;
const NONCE: std::ops::Range<usize> = 5..29;

/// Seals and opens; cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    key_id: [u8; 4],
    /// Of the key, for digests that only this server can make.
    digest_key: [u8; 32],
}

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("ENCRYPTION_KEY must be 32 bytes")]
    KeyLength,
    #[error("sealed with another ENCRYPTION_KEY")]
    OtherKey,
    #[error("sealed value is damaged or belongs to another row")]
    Damaged,
}

impl Sealer {
    /// # Errors
    /// [`SealError::KeyLength`].
    pub fn new(key: &config::Key) -> Result<Self, SealError> {
        let bytes = key.expose_secret();
        let cipher = XChaCha20Poly1305::new_from_slice(bytes).map_err(|_length| SealError::KeyLength)?;
        let digest = Sha256::digest(bytes);
        let mut key_id = [0; 4];
        key_id
            .iter_mut()
            .zip(digest.iter())
            .for_each(|(to, from)| *to = *from);
        let digest_key = Sha256::new_with_prefix(b"digests")
            .chain_update(bytes)
            .finalize()
            .into();
        Ok(Self {
            cipher,
            key_id,
            digest_key,
        })
    }

    /// Names the key in what it seals; tells nothing of the key itself.
    pub fn key_id(&self) -> [u8; 4] {
        self.key_id
    }

    /// A keyed digest: shows that a text was this one, and tells nobody without the key which it was, however few there are to try.
    pub fn digest(&self, text: &[u8]) -> [u8; 32] {
        let inner = Sha256::new_with_prefix(self.digest_key)
            .chain_update(text)
            .finalize();
        Sha256::new_with_prefix(self.digest_key)
            .chain_update(inner)
            .finalize()
            .into()
    }

    /// Seals `secret` for the row `owner`.
    ///
    /// # Errors
    /// [`SealError::Damaged`] only if the cipher itself fails, which it does not for texts of this size.
    pub fn seal(&self, secret: &SecretString, owner: Uuid) -> Result<Vec<u8>, SealError> {
        self.seal_bytes(secret.expose_secret().as_bytes(), owner)
    }

    /// As [`Self::seal`], for what is no text.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub fn seal_bytes(&self, plain: &[u8], owner: Uuid) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; 24] = rand::random();
        let payload = Payload {
            msg: plain,
            aad: owner.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_aead| SealError::Damaged)?;
        Ok([&[VERSION], self.key_id.as_slice(), &nonce, &sealed].concat())
    }

    /// Opens what was sealed for the row `owner`.
    ///
    /// # Errors
    /// [`SealError::OtherKey`] after the key was changed, [`SealError::Damaged`] for anything else.
    pub fn open(&self, sealed: &[u8], owner: Uuid) -> Result<SecretString, SealError> {
        String::from_utf8(self.open_bytes(sealed, owner)?)
            .map(SecretString::from)
            .map_err(|_utf8| SealError::Damaged)
    }

    /// Opens what [`Self::seal_bytes`] sealed for the row `owner`.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_bytes(&self, sealed: &[u8], owner: Uuid) -> Result<Vec<u8>, SealError> {
        let (Some(&VERSION), Some(key_id), Some(nonce), Some(body)) = (
            sealed.first(),
            sealed.get(KEY_ID),
            sealed.get(NONCE),
            sealed.get(NONCE.end..),
        ) else {
            return Err(SealError::Damaged);
        };
        if key_id != self.key_id {
            return Err(SealError::OtherKey);
        }
        let payload = Payload {
            msg: body,
            aad: owner.as_bytes(),
        };
        self.cipher
            .decrypt(XNonce::from_slice(nonce), payload)
            .map_err(|_aead| SealError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&config::key(vec![byte; 32])).unwrap()
    }

    #[test]
    fn a_secret_opens_only_with_its_key_and_for_its_row() {
        let (row, other_row) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let secret = SecretString::from("sk_secret".to_owned());
        let sealed = sealer(1).seal(&secret, row).unwrap();
        assert!(!sealed.windows(9).any(|w| w == b"sk_secret"));
        assert_eq!(sealer(1).open(&sealed, row).unwrap().expose_secret(), "sk_secret");
        assert!(matches!(
            sealer(1).open(&sealed, other_row),
            Err(SealError::Damaged)
        ));
        assert!(matches!(sealer(2).open(&sealed, row), Err(SealError::OtherKey)));
        assert!(matches!(
            sealer(1).open(&sealed[..20], row),
            Err(SealError::Damaged)
        ));
    }
}
