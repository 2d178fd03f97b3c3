//! Passwords: argon2id, and the scrypt of accounts that were brought over from the original.

use super::new_password::normalized;
use crate::error::ApiError;
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::SaltString,
};
use std::sync::{LazyLock, OnceLock};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// Mark of an imported hash in `users.password_hash`; `hex(hash).salt` follows.
pub const LEGACY_PREFIX: &str = "scrypt-legacy:";

/// What a hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Cost {
    /// The memory of RFC 9106's second recommendation with two passes more, on one lane: 150 to 400 ms on servers of today, so
    /// that who steals the table tries a few passwords a second and core.
    pub const DEFAULT: Self = Self {
        memory_kib: 65_536,
        passes: 5,
    };
}

const LANES: u32 = 1;

/// One for the whole process: what verifies must cost as much as what hashes.
static COST: OnceLock<Cost> = OnceLock::new();

/// Takes the configured cost; the first one counts.
pub fn set_cost(cost: Cost) {
    COST.get_or_init(|| cost);
}

fn cost() -> Cost {
    *COST.get_or_init(|| Cost::DEFAULT)
}

/// A hash of no password at the same cost: an unknown address takes the time of a known one.
fn nobody() -> String {
    let Cost { memory_kib, passes } = cost();
    format!(
        "$argon2id$v=19$m={memory_kib},t={passes},p={LANES}$bm9ib2R5LWhhcy10aGlzLXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )
}

/// Hashing takes a core and its memory each. One core is left to everything else, so that sign-ins disturb nobody.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| {
    Semaphore::new(
        std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1)),
    )
});

/// What a password turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, and to be stored anew as this argon2id hash.
    RightButOutdated(String),
}

/// Compares `password` with what is stored; `None` stands for an unknown user and takes as long.
///
/// # Errors
/// [`ApiError::Internal`] when a stored hash can not be read or the process is ending.
pub async fn verify(stored: Option<String>, password: String) -> Result<Verdict, ApiError> {
    blocking(move || {
        let is_known = stored.is_some();
        let stored = stored.unwrap_or_else(nobody);
        let normal = normalized(&password);
        let mut verdict = verify_now(&stored, &normal)?;
        // One that was hashed as it was typed, before letters were normalised.
        if verdict == Verdict::Wrong
            && normal != password
            && verify_now(&stored, &password)? != Verdict::Wrong
        {
            verdict = Verdict::RightButOutdated(hash_now(&normal)?);
        }
        Ok(if is_known { verdict } else { Verdict::Wrong })
    })
    .await
}

/// The PHC string of a new password.
///
/// # Errors
/// [`ApiError::Internal`] when the process is ending.
pub async fn hash(password: String) -> Result<String, ApiError> {
    blocking(move || hash_now(&normalized(&password))).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let _permit = AT_ONCE.acquire().await.map_err(ApiError::internal)?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(ApiError::internal)?
}

fn argon2() -> Result<Argon2<'static>, ApiError> {
    let Cost { memory_kib, passes } = cost();
    let params = Params::new(memory_kib, passes, LANES, None).map_err(ApiError::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String, ApiError> {
    let random: [u8; 16] = rand::random();
    let salt = SaltString::encode_b64(&random).map_err(ApiError::internal)?;
    Ok(argon2()?
        .hash_password(password.as_bytes(), &salt)
        .map_err(ApiError::internal)?
        .to_string())
}

fn verify_now(stored: &str, password: &str) -> Result<Verdict, ApiError> {
    match stored.strip_prefix(LEGACY_PREFIX) {
        Some(legacy) => verify_legacy(legacy, password),
        None => verify_argon2(stored, password),
    }
}

fn verify_argon2(stored: &str, password: &str) -> Result<Verdict, ApiError> {
    let parsed = PasswordHash::new(stored).map_err(ApiError::internal)?;
    if argon2()?.verify_password(password.as_bytes(), &parsed).is_err() {
        return Ok(Verdict::Wrong);
    }
    let params = Params::try_from(&parsed).map_err(ApiError::internal)?;
    let is_weaker = params.m_cost() < cost().memory_kib || params.t_cost() < cost().passes;
    if is_weaker || parsed.algorithm != argon2::ARGON2ID_IDENT {
        return Ok(Verdict::RightButOutdated(hash_now(password)?));
    }
    Ok(Verdict::Right)
}

/// Whether `text` is a hash of the original: 64 bytes and a salt of 16 bytes, both in lower-case hex.
pub fn is_legacy_hash(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    text.split_once('.')
        .is_some_and(|(hash, salt)| hash.len() == 128 && salt.len() == 32 && is_hex(hash) && is_hex(salt))
}

/// Node's `scrypt(password, salt, 64)` with its defaults (N=16384, r=8, p=1); the salt is used as its 32 hex
/// characters, not decoded.
fn verify_legacy(stored: &str, password: &str) -> Result<Verdict, ApiError> {
    let (wanted, salt) = stored
        .split_once('.')
        .ok_or_else(|| ApiError::internal("imported hash without a salt"))?;
    let wanted = hex::decode(wanted).map_err(ApiError::internal)?;
    let params = scrypt::Params::new(14, 8, 1, 64).map_err(ApiError::internal)?;
    let mut got = [0_u8; 64];
    scrypt::scrypt(password.as_bytes(), salt.as_bytes(), &params, &mut got).map_err(ApiError::internal)?;
    if wanted.ct_eq(&got).into() {
        return Ok(Verdict::RightButOutdated(hash_now(password)?));
    }
    Ok(Verdict::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by Node: `scryptSync("correct horse", "00112233445566778899aabbccddeeff", 64)`.
    const LEGACY: &str = include_str!("password_legacy_example.txt");

    #[tokio::test]
    async fn a_hash_verifies_its_own_password_only() {
        let stored = hash("one".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=65536,t=5,p=1$"));
        assert_eq!(
            verify(Some(stored.clone()), "one".into()).await.unwrap(),
            Verdict::Right
        );
        assert_eq!(verify(Some(stored), "two".into()).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn letters_are_the_same_however_they_are_typed() {
        let stored = hash("größer als gedacht".into()).await.unwrap();
        let composed_otherwise = "gro\u{308}ßer als gedacht".to_owned();
        assert_eq!(
            verify(Some(stored), composed_otherwise.clone()).await.unwrap(),
            Verdict::Right
        );
        let as_typed = hash_now(&composed_otherwise).unwrap();
        assert!(matches!(
            verify(Some(as_typed), composed_otherwise).await.unwrap(),
            Verdict::RightButOutdated(_)
        ));
    }

    #[tokio::test]
    async fn an_unknown_user_is_hashed_for_all_the_same() {
        assert_eq!(verify(None, String::new()).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_the_original_is_accepted_and_replaced() {
        let legacy = LEGACY.trim();
        assert!(is_legacy_hash(legacy));
        let stored = format!("{LEGACY_PREFIX}{legacy}");
        assert_eq!(
            verify(Some(stored.clone()), "correct donkey".into())
                .await
                .unwrap(),
            Verdict::Wrong
        );
        let Verdict::RightButOutdated(new) = verify(Some(stored), "correct horse".into()).await.unwrap()
        else {
            panic!("not accepted");
        };
        assert_eq!(
            verify(Some(new), "correct horse".into()).await.unwrap(),
            Verdict::Right
        );
    }

    #[tokio::test]
    async fn a_weaker_argon2_hash_is_replaced() {
        let weak = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8192, 1, 1, None).unwrap(),
        );
        let salt = SaltString::encode_b64(b"0123456789abcdef").unwrap();
        let stored = weak.hash_password(b"one", &salt).unwrap().to_string();
        assert!(matches!(
            verify(Some(stored), "one".into()).await.unwrap(),
            Verdict::RightButOutdated(_)
        ));
    }
}
