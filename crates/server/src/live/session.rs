//! Whether the session that opened a socket still stands.

use super::notice::Class;
use crate::app::App;
use crate::auth::{Caller, Principal, session};
use crate::error::ApiError;
use actix_session::storage::{SessionKey, SessionStore as _};
use actix_web::HttpRequest;
use actix_web::cookie::CookieJar;
use shared::permission::Requires;
use shared::{OrganizationId, Permission, UserId};

/// The session behind a socket.
pub struct Watched {
    key: Option<SessionKey>,
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
            user: caller.user(),
            organization: caller.organization(),
        }
    }

    /// Asks the database again, apart from the few seconds that a session and its permissions are remembered.
    ///
    /// # Errors
    /// The database's.
    pub async fn check(&self, app: &App) -> Result<Check, ApiError> {
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
