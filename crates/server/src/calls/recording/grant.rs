//! What a link to a recording holds: which call, for what, until when, and who made it.
//!
//! Authenticated by a key that is derived of SESSION_SECRET, so every server of an installation reads it and nothing is stored. It
//! grants what its maker may do at the moment at which it is used: a permission that is taken away, an agent that is given away, a
//! member who is removed, or an API key that is revoked end it before its time.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use db::Scope;
use hmac::{Hmac, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use shared::call::RecordingUse;
use shared::{CallId, ErrorCode, OrganizationId, Permission, UserId};
use std::net::IpAddr;
use uuid::Uuid;

const DOMAIN: &[u8] = b"echosensei recording link 1";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub call: CallId,
    pub purpose: RecordingUse,
    pub organization: OrganizationId,
    pub user: UserId,
    /// Prefix of the API key with which it was made.
    pub api_key: Option<String>,
    pub expires_at: DateTime<Utc>,
}

/// Bytes of all but the prefix.
const FIXED: usize = 1 + 3 * 16 + 8;
const MAC: usize = 32;

impl Grant {
    /// As it stands in the address.
    ///
    /// # Errors
    /// When the server has no secret, which it always has.
    pub fn seal(&self, app: &App) -> ApiResult<String> {
        Ok(self.seal_with(secret(app)?.expose_secret()))
    }

    /// Reads what stands in an address.
    ///
    /// # Errors
    /// `not_found` for what is none of ours, `recording_unavailable` for one whose time is over.
    pub fn open(app: &App, text: &str) -> ApiResult<Self> {
        let grant = Self::open_with(secret(app)?.expose_secret(), text).ok_or_else(ApiError::not_found)?;
        if grant.expires_at <= Utc::now() {
            return Err(ApiError::because(
                ErrorCode::RecordingUnavailable,
                "This link has expired. Make a new one on the page of the call.",
            ));
        }
        Ok(grant)
    }

    /// Rows that the maker sees now, if he may still do what it is for.
    ///
    /// # Errors
    /// `not_found` where he may not: the holder need not know more.
    pub async fn scope(&self, app: &App, ip: Option<IpAddr>) -> ApiResult<Scope> {
        let principal = match &self.api_key {
            Some(prefix) => app.api_keys.by_prefix(app, prefix, ip).await.ok(),
            None => app.principals.get(&app.db, self.user, self.organization).await?,
        };
        let needed = match self.purpose {
            RecordingUse::Listen => Permission::CallsRecording,
            RecordingUse::Save => Permission::CallsDownload,
        };
        let principal = principal.filter(|principal| {
            principal.user.id == self.user
                && principal.organization.id == self.organization
                && principal.permissions.contains(needed)
        });
        principal
            .map(|principal| principal.scope())
            .ok_or_else(ApiError::not_found)
    }

    fn seal_with(&self, secret: &[u8]) -> String {
        let mut bytes = vec![match self.purpose {
            RecordingUse::Listen => 1,
            RecordingUse::Save => 2,
        }];
        for id in [self.call.0, self.organization.0, self.user.0] {
            bytes.extend_from_slice(id.as_bytes());
        }
        bytes.extend_from_slice(&self.expires_at.timestamp().to_be_bytes());
        bytes.extend_from_slice(self.api_key.as_deref().unwrap_or_default().as_bytes());
        let mac = mac(secret, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open_with(secret: &[u8], text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (told, tag) = bytes.split_at_checked(bytes.len().checked_sub(MAC)?)?;
        mac(secret, told).verify_slice(tag).ok()?;
        let (fixed, prefix) = told.split_at_checked(FIXED)?;
        let id = |from: usize| Uuid::from_slice(fixed.get(from..from + 16)?).ok();
        let seconds = i64::from_be_bytes(fixed.get(49..57)?.try_into().ok()?);
        let prefix = std::str::from_utf8(prefix).ok()?;
        Some(Self {
            purpose: match fixed.first()? {
                1 => RecordingUse::Listen,
                2 => RecordingUse::Save,
                _ => return None,
            },
            call: id(1)?.into(),
            organization: id(17)?.into(),
            user: id(33)?.into(),
            expires_at: DateTime::from_timestamp(seconds, 0)?,
            api_key: (!prefix.is_empty()).then(|| prefix.to_owned()),
        })
    }
}

fn secret(app: &App) -> ApiResult<&crate::config::Key> {
    let secret = app.config.security.session_secret.as_ref();
    secret.ok_or_else(|| ApiError::internal("SESSION_SECRET is unset"))
}

/// Of a key of its own, so that nothing that the secret authenticates elsewhere is taken for a link.
fn mac(secret: &[u8], told: &[u8]) -> Hmac<Sha256> {
    let derive = keyed(secret).chain_update(DOMAIN);
    keyed(&derive.finalize().into_bytes()).chain_update(told)
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(api_key: Option<&str>) -> Grant {
        Grant {
            call: Uuid::from_u128(1).into(),
            purpose: RecordingUse::Save,
            organization: Uuid::from_u128(2).into(),
            user: Uuid::from_u128(3).into(),
            api_key: api_key.map(str::to_owned),
            expires_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        }
    }

    #[test]
    fn a_grant_reads_as_it_was_written_and_only_with_its_secret() {
        for grant in [grant(None), grant(Some("abcdefgh"))] {
            let sealed = grant.seal_with(b"secret");
            assert_eq!(Grant::open_with(b"secret", &sealed), Some(grant));
            assert_eq!(Grant::open_with(b"another", &sealed), None);
        }
    }

    #[test]
    fn no_bit_of_it_can_be_changed() {
        let sealed = URL_SAFE_NO_PAD
            .decode(grant(Some("abcdefgh")).seal_with(b"secret"))
            .unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(
                Grant::open_with(b"secret", &URL_SAFE_NO_PAD.encode(changed)),
                None,
                "byte {at}"
            );
        }
        for length in 0..sealed.len() {
            assert_eq!(
                Grant::open_with(b"secret", &URL_SAFE_NO_PAD.encode(&sealed[..length])),
                None
            );
        }
    }
}
