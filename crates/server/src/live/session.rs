//! Whether the session that opened a socket still stands.

use super::notice::Class;
use crate::api_keys::KnownKey;
use crate::app::App;
use crate::auth::{Caller, KeyHash, Principal, session, session_hash};
use crate::error::ApiError;
use crate::middleware::client_ip::client_ip;
use actix_session::storage::{SessionKey, SessionStore as _};
use actix_web::HttpRequest;
use actix_web::cookie::CookieJar;
use shared::permission::Requires;
use shared::{OrganizationId, Permission, UserId};
use std::net::IpAddr;
use std::sync::Arc;

/// The session behind a socket, or the API key.
pub struct Watched {
    key: Option<SessionKey>,
    api_key: Option<Arc<KnownKey>>,
    ip: Option<IpAddr>,
    user: UserId,
    organization: OrganizationId,
}

/// What became of it.
pub enum Check {
    /// It may see this much.
    Holds(Class),
    /// It works in another organization now.
    Moved,
    /// Signed out, expired, disabled, or without `live.view`.
    Ended,
}

impl Watched {
    pub fn of<P: Requires>(app: &App, request: &HttpRequest, caller: &Caller<P>) -> Self {
        Self {
            key: key(app, request),
            api_key: caller.key().cloned(),
            ip: client_ip(request, app.config.http.trust_proxy),
            user: caller.user(),
            organization: caller.organization(),
        }
    }

    /// Whether this is the session that has ended.
    pub fn is(&self, ended: &KeyHash) -> bool {
        self.key.as_ref().is_some_and(|key| session_hash(key) == *ended)
    }

    async fn check_key(&self, app: &App, key: &KnownKey) -> Check {
        match app.api_keys.recheck(app, key, self.ip).await {
            Ok(seen) if seen.permissions.contains(Permission::LiveView) => {
                Check::Holds(Class::of(&seen.permissions, seen.agents.clone()))
            }
            _ => Check::Ended,
        }
    }

    /// Asks the database again, apart from the few seconds that a session and its permissions are remembered.
    ///
    /// # Errors
    /// The database's.
    pub async fn check(&self, app: &App) -> Result<Check, ApiError> {
        if let Some(api_key) = &self.api_key {
            return Ok(self.check_key(app, api_key).await);
        }
        let Some(key) = &self.key else {
            return Ok(Check::Ended);
        };
        let Some(state) = app.sessions.load(key).await.map_err(ApiError::internal)? else {
            return Ok(Check::Ended);
        };
        match session::place_of(&state) {
            Some(place) if place.user != self.user => return Ok(Check::Ended),
            Some(place) if place.organization != self.organization => return Ok(Check::Moved),
            Some(_) => {}
            None => return Ok(Check::Ended),
        }
        let principal = app.principals.get(&app.db, self.user, self.organization).await?;
        if principal.as_ref().is_some_and(|principal| principal.from_above)
            && session::visit_is_over_in(&state, app.config.security.visit)
        {
            return Ok(Check::Moved);
        }
        let previewed = session::previewed_of(&state)?;
        let seen = principal.map(|principal| match &previewed {
            Some(previewed) => previewed.lower(&principal),
            None => Principal::clone(&principal),
        });
        Ok(match seen {
            Some(seen) if seen.permissions.contains(Permission::LiveView) => {
                Check::Holds(Class::of(&seen.permissions, seen.agents))
            }
            _ => Check::Ended,
        })
    }
}

/// The key in the signed cookie, which the session itself does not tell.
fn key(app: &App, request: &HttpRequest) -> Option<SessionKey> {
    let mut jar = CookieJar::new();
    jar.add_original(request.cookie(session::COOKIE)?);
    let cookie = jar.signed(&session::cookie_key(app)).get(session::COOKIE)?;
    SessionKey::try_from(cookie.value().to_owned()).ok()
}
