//! From a shown key to whom it stands for.

use super::{KnownKey, KnownKeys, MARK, networks};
use crate::app::App;
use crate::auth::Principal;
use crate::error::{ApiError, ApiResult};
use chrono::Utc;
use sha2::{Digest, Sha256};
use shared::ErrorCode;
use std::net::IpAddr;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Letters of a prefix.
const PREFIX: usize = 8;

impl KnownKeys {
    /// The key, and its maker with no more than the key may do. The steady state asks the database nothing.
    ///
    /// # Errors
    /// `api_key_invalid` for what is no key, or none any more; `permission_denied` from outside of its networks.
    pub async fn authenticate(
        &self,
        app: &App,
        shown: &str,
        ip: Option<IpAddr>,
    ) -> ApiResult<(Arc<KnownKey>, Arc<Principal>)> {
        let (prefix, secret) = parts(shown).ok_or_else(invalid)?;
        let found = match self.remembered(prefix) {
            Some(remembered) => remembered,
            None => {
                // Whoever tries prefixes asks the database each time, and is slowed down as one who tries passwords.
                let attempt = app
                    .login_limits
                    .begin(ip, &format!("{MARK}{prefix}"))
                    .map_err(ApiError::RateLimited)?;
                let found = self.find(&app.db, prefix).await?;
                if found.is_some() {
                    attempt.forgive();
                }
                found
            }
        };
        let key = found.ok_or_else(invalid)?;
        let is_right: bool = Sha256::digest(secret.as_bytes())
            .as_slice()
            .ct_eq(&key.secret_hash)
            .into();
        if !is_right {
            return Err(invalid());
        }
        self.stand_for(app, &key, ip)
            .await
            .map(|principal| (key, principal))
    }

    /// Whether a key that was shown before, such as when a socket was opened, still holds.
    ///
    /// # Errors
    /// As [`Self::authenticate`].
    pub async fn recheck(
        &self,
        app: &App,
        before: &KnownKey,
        ip: Option<IpAddr>,
    ) -> ApiResult<Arc<Principal>> {
        match self.find(&app.db, &before.prefix).await? {
            Some(key) if key.id == before.id => self.stand_for(app, &key, ip).await,
            _ => Err(invalid()),
        }
    }

    /// For whom a key stands that is not shown again, because what it made names it.
    ///
    /// # Errors
    /// As [`Self::authenticate`].
    pub async fn by_prefix(&self, app: &App, prefix: &str, ip: Option<IpAddr>) -> ApiResult<Arc<Principal>> {
        let key = self.find(&app.db, prefix).await?.ok_or_else(invalid)?;
        self.stand_for(app, &key, ip).await
    }

    async fn stand_for(&self, app: &App, key: &KnownKey, ip: Option<IpAddr>) -> ApiResult<Arc<Principal>> {
        if key.expires_at.is_some_and(|end| end <= Utc::now()) {
            return Err(ApiError::because(ErrorCode::ApiKeyInvalid, "It has expired"));
        }
        if !networks::allow(&key.networks, ip) {
            return Err(ApiError::because(
                ErrorCode::PermissionDenied,
                "This API key can not be used from your network address",
            ));
        }
        let maker = app
            .principals
            .get(&app.db, key.created_by, key.organization)
            .await?;
        // A visit has an end; a key would have none.
        let maker = maker.filter(|maker| !maker.from_above).ok_or_else(invalid)?;
        self.note_use(key.id, ip);
        Ok(Arc::new(Principal {
            permissions: maker.permissions.intersection(&key.permissions),
            api_key: Some(key.id),
            ..Principal::clone(&maker)
        }))
    }
}

/// Prefix and secret.
fn parts(shown: &str) -> Option<(&str, &str)> {
    let (prefix, secret) = shown.strip_prefix(MARK)?.split_once('_')?;
    let is_prefix = prefix.len() == PREFIX
        && prefix
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    (is_prefix && !secret.is_empty()).then_some((prefix, secret))
}

fn invalid() -> ApiError {
    ApiError::because(
        ErrorCode::ApiKeyInvalid,
        "There is no such key, or it was revoked. Make one under Settings → API keys",
    )
}
