//! What a session holds, and the middleware that loads it.

use crate::app::App;
use crate::auth::session_outage::Noting;
use crate::auth::{Client, Principal};
use crate::error::ApiError;
use actix_session::config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy};
use actix_session::storage::SessionStore as Store;
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::{Key, SameSite, time};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha512};
use shared::auth::Preview;
use shared::{OrganizationId, PermissionSet, SessionId, UserId};

pub const COOKIE: &str = "echosensei_session";

/// A session ends so long after it was last extended.
const LIFETIME: time::Duration = time::Duration::days(14);
/// It is extended at most so often: one write an hour and not one a request.
const EXTENDED_EVERY_SECONDS: i64 = 3600;

pub(super) const USER: &str = "user_id";
const ORGANIZATION: &str = "organization_id";
const EXTENDED_AT: &str = "extended_at";
const PREVIEW: &str = "preview";
const VISIT_SINCE: &str = "visit_since";
pub(super) const ID: &str = "id";
pub(super) const IP: &str = "ip";
pub(super) const USER_AGENT: &str = "user_agent";
const CONFIRMED_AT: &str = "confirmed_at";
pub(super) const PENDING_USER: &str = "pending_user_id";
const PENDING_ORGANIZATION: &str = "pending_organization_id";
const PENDING_SINCE: &str = "pending_since";

/// After so long, whoever does something dangerous is asked again whether it is he.
const CONFIRMED_FOR_SECONDS: i64 = 600;
/// So long the second factor may be on its way.
const PENDING_FOR_SECONDS: i64 = 300;

/// Who is signed in, and where he works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub user: UserId,
    pub organization: OrganizationId,
}

/// `None`: nobody is signed in.
pub fn place(session: &Session) -> Option<Place> {
    // A value that does not parse was written by another version: as good as none.
    let user = session.get(USER).ok().flatten()?;
    let organization = session.get(ORGANIZATION).ok().flatten()?;
    Some(Place { user, organization })
}

/// The same from a stored state, for who outlives the request: a socket.
pub(crate) fn place_of(state: &std::collections::HashMap<String, String>) -> Option<Place> {
    let user = serde_json::from_str(state.get(USER)?).ok()?;
    let organization = serde_json::from_str(state.get(ORGANIZATION)?).ok()?;
    Some(Place { user, organization })
}

/// The role as which the session looks at the product.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Previewed {
    pub role: Preview,
    pub permissions: PermissionSet,
}

impl Previewed {
    /// The principal with no more than the role has.
    pub fn lower(&self, principal: &Principal) -> Principal {
        Principal {
            permissions: principal.permissions.intersection(&self.permissions),
            ..principal.clone()
        }
    }
}

/// What the session previews, if anything.
///
/// # Errors
/// [`ApiError::Internal`] when it can not be read: nobody is given more than he asked for by that.
pub fn previewed(session: &Session) -> Result<Option<Previewed>, ApiError> {
    session.get(PREVIEW).map_err(ApiError::internal)
}

/// The same from a stored state.
pub(crate) fn previewed_of(
    state: &std::collections::HashMap<String, String>,
) -> Result<Option<Previewed>, ApiError> {
    let kept = state.get(PREVIEW);
    kept.map(|json| serde_json::from_str(json).map_err(ApiError::internal))
        .transpose()
}

/// Begins a preview.
///
/// # Errors
/// As [`begin`].
pub fn preview(session: &Session, previewed: &Previewed) -> Result<(), ApiError> {
    session.insert(PREVIEW, previewed).map_err(ApiError::internal)
}

/// Ends a preview.
pub fn end_preview(session: &Session) {
    session.remove(PREVIEW);
}

/// Starts a session under a new key, so that a key from before sign-in is worth nothing.
///
/// # Errors
/// [`ApiError::Internal`] when the state can not be written as JSON.
pub fn begin(session: &Session, place: Place) -> Result<(), ApiError> {
    session.clear();
    session.insert(USER, place.user).map_err(ApiError::internal)?;
    session
        .insert(ORGANIZATION, place.organization)
        .map_err(ApiError::internal)?;
    session
        .insert(EXTENDED_AT, chrono::Utc::now().timestamp())
        .map_err(ApiError::internal)?;
    session
        .insert(ID, uuid::Uuid::now_v7())
        .map_err(ApiError::internal)?;
    confirm(session)?;
    session.renew();
    Ok(())
}

/// Keeps from where the session is used, for the list that its owner sees. One that was begun without an id gets one.
///
/// # Errors
/// As [`begin`].
pub fn came_from(session: &Session, client: &Client) -> Result<(), ApiError> {
    if id(session).is_none() {
        session
            .insert(ID, uuid::Uuid::now_v7())
            .map_err(ApiError::internal)?;
    }
    session.insert(IP, client.ip).map_err(ApiError::internal)?;
    session
        .insert(USER_AGENT, &client.user_agent)
        .map_err(ApiError::internal)
}

/// Whether [`came_from`] was told already.
pub(super) fn is_described(session: &Session) -> bool {
    session.entries().contains_key(USER_AGENT)
}

/// What names the session to its owner.
pub fn id(session: &Session) -> Option<SessionId> {
    session.get(ID).ok().flatten()
}

/// Its owner has just said that it is he.
///
/// # Errors
/// As [`begin`].
pub fn confirm(session: &Session) -> Result<(), ApiError> {
    session
        .insert(CONFIRMED_AT, chrono::Utc::now().timestamp())
        .map_err(ApiError::internal)
}

/// Whether its owner said so within the last ten minutes, signing in included.
pub(super) fn is_confirmed(session: &Session) -> bool {
    is_recent(session, CONFIRMED_AT, CONFIRMED_FOR_SECONDS)
}

fn is_recent(session: &Session, key: &str, seconds: i64) -> bool {
    let at: Option<i64> = session.get(key).ok().flatten();
    at.is_some_and(|at| (0..seconds).contains(&(chrono::Utc::now().timestamp() - at)))
}

/// The password was right and the second factor is asked for. Nobody is signed in by that: [`place`] finds nothing.
///
/// # Errors
/// As [`begin`].
pub fn begin_pending(session: &Session, place: Place) -> Result<(), ApiError> {
    session.clear();
    session
        .insert(PENDING_USER, place.user)
        .map_err(ApiError::internal)?;
    session
        .insert(PENDING_ORGANIZATION, place.organization)
        .map_err(ApiError::internal)?;
    session
        .insert(PENDING_SINCE, chrono::Utc::now().timestamp())
        .map_err(ApiError::internal)?;
    session.renew();
    Ok(())
}

/// Who has shown his password, and where he would begin; `None` when that is too long ago.
pub fn pending(session: &Session) -> Option<Place> {
    if !is_recent(session, PENDING_SINCE, PENDING_FOR_SECONDS) {
        return None;
    }
    let user = session.get(PENDING_USER).ok().flatten()?;
    let organization = session.get(PENDING_ORGANIZATION).ok().flatten()?;
    Some(Place { user, organization })
}

/// Works in another organization from now on, under the same key. A visit has an end, and a
/// preview ends: its role may not exist there.
///
/// # Errors
/// As [`begin`].
pub fn move_to(session: &Session, organization: OrganizationId, visits: bool) -> Result<(), ApiError> {
    end_preview(session);
    session
        .insert(ORGANIZATION, organization)
        .map_err(ApiError::internal)?;
    session.remove(VISIT_SINCE);
    if visits {
        session
            .insert(VISIT_SINCE, chrono::Utc::now().timestamp())
            .map_err(ApiError::internal)?;
    }
    Ok(())
}

/// Whether the visit in which the session works has lasted its time. One without a beginning was begun by an older version.
pub(super) fn visit_is_over(session: &Session, lasts: std::time::Duration) -> bool {
    has_lasted(session.get(VISIT_SINCE).ok().flatten(), lasts)
}

/// The same from a stored state.
pub(crate) fn visit_is_over_in(
    state: &std::collections::HashMap<String, String>,
    lasts: std::time::Duration,
) -> bool {
    let since = state
        .get(VISIT_SINCE)
        .and_then(|since| serde_json::from_str(since).ok());
    has_lasted(since, lasts)
}

fn has_lasted(since: Option<i64>, lasts: std::time::Duration) -> bool {
    let lasts = i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX);
    since.is_none_or(|since| chrono::Utc::now().timestamp() - since >= lasts)
}

/// Extends the session when that was not done within the hour.
pub(super) fn keep_alive(session: &Session) -> Result<(), ApiError> {
    let now = chrono::Utc::now().timestamp();
    let last: Option<i64> = session.get(EXTENDED_AT).ok().flatten();
    if last.is_none_or(|last| now - last >= EXTENDED_EVERY_SECONDS) {
        // A changed state is stored, and its cookie sent, with a full lifetime.
        session.insert(EXTENDED_AT, now).map_err(ApiError::internal)?;
    }
    Ok(())
}

/// The middleware for `/api`.
pub fn middleware(app: &App) -> SessionMiddleware<impl Store + use<>> {
    SessionMiddleware::builder(Noting(app.sessions.clone()), cookie_key(app))
        .cookie_name(COOKIE.to_owned())
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_secure(app.config.http.secure())
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(
            PersistentSession::default()
                .session_ttl(LIFETIME)
                .session_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges),
        )
        .build()
}

/// 64 bytes whatever the length of SESSION_SECRET.
pub(crate) fn cookie_key(app: &App) -> Key {
    let secret = app.config.security.session_secret.as_ref();
    let bytes = secret.map(|key| key.expose_secret().clone()).unwrap_or_default();
    Key::from(
        &Sha512::new()
            .chain_update(b"echosensei session cookie\0")
            .chain_update(bytes)
            .finalize(),
    )
}
