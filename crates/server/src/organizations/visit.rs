//! Working in an organization from above: its beginning and its end are written where its members can see them.

use crate::accounts::memberships;
use crate::app::App;
use crate::auth::{Principal, session};
use crate::branding::host;
use crate::error::{ApiError, ApiResult};
use actix_session::Session;
use db::partitions::Partitioned;
use db::{Scope, audit};
use shared::{ErrorCode, OrganizationId, UserId};
use std::net::IpAddr;
use std::sync::Arc;

/// Writes into the audit log of the organization that is entered or left.
///
/// # Errors
/// The database's.
pub async fn note(
    app: &App,
    user: UserId,
    organization: OrganizationId,
    action: &'static str,
    details: serde_json::Value,
    ip: Option<IpAddr>,
) -> ApiResult<()> {
    app.db
        .ensure_month(&[Partitioned::AuditLog], chrono::Utc::now())
        .await?;
    let scope = Scope {
        organization: Some(organization),
        user: Some(user),
        ..Scope::default()
    };
    let entry = audit::Entry {
        organization,
        user: Some(user),
        action,
        subject: Some(organization.to_string()),
        details,
        ip: ip.map(|ip| ip.to_string()),
    };
    app.db
        .tenant(scope, async move |conn| {
            audit::record(conn, entry).await.map_err(ApiError::from)
        })
        .await
}

/// Ends a visit that has lasted its time: the session works at home from now on.
///
/// # Errors
/// `not_signed_in` for who has no home any more, or the database's.
pub async fn end(
    app: &App,
    session: &Session,
    visitor: &Principal,
    ip: Option<IpAddr>,
) -> ApiResult<Arc<Principal>> {
    let user = visitor.user.id;
    let home = memberships::home(&app.db, user, host::organization()).await?;
    let principal = match home {
        Some(home) => app.principals.get(&app.db, user, home).await?,
        None => None,
    };
    let Some(principal) = principal else {
        session.purge();
        return Err(ApiError::refused(ErrorCode::NotSignedIn));
    };
    let details = serde_json::json!({ "because": "time", "to": principal.organization.id });
    note(
        app,
        user,
        visitor.organization.id,
        "organization.left",
        details,
        ip,
    )
    .await?;
    session::move_to(session, principal.organization.id, false)?;
    Ok(principal)
}
