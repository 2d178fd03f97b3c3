//! Extractors: a handler cannot be written without saying who may call it.

use crate::api_keys::{KnownKey, bearer};
use crate::app::App;
use crate::auth::session::{self, Place};
use crate::auth::{Client, Principal};
use crate::error::ApiError;
use crate::middleware::client_ip::client_ip;
use crate::organizations::visit;
use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures::future::LocalBoxFuture;
use shared::organization::OrganizationStatus;
use shared::permission::Requires;
use shared::{ErrorCode, OrganizationId, Permission, UserId};
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;

/// Somebody with a session; for what needs no permission.
pub struct SignedIn {
    pub principal: Arc<Principal>,
    pub session: Session,
    pub ip: Option<IpAddr>,
}

impl SignedIn {
    pub fn user(&self) -> UserId {
        self.principal.user.id
    }

    pub fn organization(&self) -> OrganizationId {
        self.principal.organization.id
    }

    /// Rows that belong to the organization in which the session works.
    pub fn scope(&self) -> db::Scope {
        self.principal.scope()
    }
}

/// Somebody with a session and the permission `P`.
pub struct Caller<P: Requires> {
    principal: Arc<Principal>,
    ip: Option<IpAddr>,
    /// The key that was shown in the place of a session.
    key: Option<Arc<KnownKey>>,
    permission: PhantomData<P>,
}

impl<P: Requires> Caller<P> {
    /// For [`db::Db::tenant`].
    pub fn scope(&self) -> db::Scope {
        self.principal.scope()
    }

    pub fn organization(&self) -> OrganizationId {
        self.principal.organization.id
    }

    pub fn user(&self) -> UserId {
        self.principal.user.id
    }

    /// Whether a field behind a further permission may be filled.
    pub fn may(&self, permission: Permission) -> bool {
        self.principal.permissions.contains(permission)
    }

    /// Zone of the organization; UTC should its name ever be unknown to this build.
    pub fn timezone(&self) -> chrono_tz::Tz {
        self.principal
            .organization
            .timezone
            .parse()
            .unwrap_or(chrono_tz::UTC)
    }

    /// The API key that was shown; `None`: there is a session.
    pub fn key(&self) -> Option<&Arc<KnownKey>> {
        self.key.as_ref()
    }

    pub fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }

    /// Address of the caller, for the audit log.
    pub fn ip(&self) -> Option<String> {
        self.ip.map(|ip| ip.to_string())
    }
}

/// What ends a preview, and therefore works in one; so does signing out, which asks for nobody.
const LEAVES_PREVIEW: [&str; 2] = ["/api/auth/preview", "/api/auth/organization"];

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = request.get_session();
        let bearer = bearer(request).is_some();
        let client = Client::of(request);
        let changes = !request.method().is_safe() && !LEAVES_PREVIEW.contains(&request.path());
        let app = request.app_data::<web::Data<App>>().cloned();
        let ip = app
            .as_ref()
            .and_then(|app| client_ip(request, app.config.http.trust_proxy));
        // These two say where the session works from now on; anything else was meant for the organization that was visited.
        let says_where = matches!(request.path(), "/api/auth/session" | "/api/auth/organization");
        Box::pin(async move {
            let app = app.ok_or_else(|| ApiError::internal("no application"))?;
            if bearer {
                return Err(ApiError::because(
                    ErrorCode::PermissionDenied,
                    "An API key can not do this: it needs a person who is signed in",
                ));
            }
            let Some(Place { user, organization }) = session::place(&session) else {
                return Err(ApiError::refused(ErrorCode::NotSignedIn));
            };
            let Some(principal) = app.principals.get(&app.db, user, organization).await? else {
                // Disabled, or no longer a member: the session is worth nothing.
                session.purge();
                return Err(ApiError::refused(ErrorCode::NotSignedIn));
            };
            session::keep_alive(&session)?;
            if !session::is_described(&session) {
                session::came_from(&session, &client)?;
            }
            let mut principal = principal;
            if principal.from_above && session::visit_is_over(&session, app.config.security.visit) {
                principal = visit::end(&app, &session, &principal, ip).await?;
                if !says_where {
                    return Err(ApiError::refused(ErrorCode::VisitEnded));
                }
            }
            let principal = match session::previewed(&session)? {
                Some(_) if changes => {
                    return Err(ApiError::because(
                        ErrorCode::PermissionDenied,
                        "You look at the product as another role sees it, and nothing can be changed meanwhile. End the \
                         preview first.",
                    ));
                }
                Some(previewed) => Arc::new(previewed.lower(&principal)),
                None => principal,
            };
            Ok(Self {
                principal,
                session,
                ip,
            })
        })
    }
}

impl<P: Requires> FromRequest for Caller<P> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let Some(shown) = bearer(request).map(str::to_owned) else {
            let signed_in = SignedIn::from_request(request, payload);
            return Box::pin(async move {
                let SignedIn { principal, ip, .. } = signed_in.await?;
                Self::with(principal, ip, None)
            });
        };
        let app = request.app_data::<web::Data<App>>().cloned();
        let client = Client::of(request);
        Box::pin(async move {
            let app = app.ok_or_else(|| ApiError::internal("no application"))?;
            let (key, principal) = app.api_keys.authenticate(&app, &shown, client.ip).await?;
            Self::with(principal, client.ip, Some(key))
        })
    }
}

impl<P: Requires> Caller<P> {
    fn with(
        principal: Arc<Principal>,
        ip: Option<IpAddr>,
        key: Option<Arc<KnownKey>>,
    ) -> Result<Self, ApiError> {
        if principal.permissions.contains(P::PERMISSION) {
            return Ok(Self {
                principal,
                ip,
                key,
                permission: PhantomData,
            });
        }
        if principal.second_factor_missing() {
            return Err(ApiError::because(
                ErrorCode::SecondFactorMissing,
                "Your role asks for a second factor. Set one up under your account, then go on.",
            ));
        }
        if principal.standstill.is_some() {
            return Err(ApiError::refused(match principal.organization.status {
                OrganizationStatus::Archived => ErrorCode::OrganizationArchived,
                _ => ErrorCode::OrganizationSuspended,
            }));
        }
        Err(ApiError::because(
            ErrorCode::PermissionDenied,
            format!("Needs the permission {}", P::PERMISSION.code()),
        ))
    }
}
