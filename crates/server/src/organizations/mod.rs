//! Organizations: platform, agencies, customers. A handler here works on what lies directly below the session's organization, or
//! on that itself; anything further down is not found.

pub mod create;
pub mod limits;
pub mod list;
pub mod own;
mod refusal;
mod rows;
pub mod show;
pub mod status;
pub mod switch;
mod target;
pub mod update;
pub mod visit;
pub(crate) mod zone;

pub use refusal::refusal;
pub use target::check_target;

use crate::auth::{Caller, Principal};
use crate::error::{ApiError, ApiResult};
use db::audit::Entry;
use shared::organization::OrganizationKind;
use shared::permission::Requires;
use shared::{ErrorCode, OrganizationId};

/// An entry in the log of whoever acts, about an organization below.
fn entry<P: Requires>(
    caller: &Caller<P>,
    action: &'static str,
    about: OrganizationId,
    details: serde_json::Value,
) -> Entry<'static> {
    Entry {
        organization: caller.organization(),
        user: Some(caller.user()),
        action,
        subject: Some(about.to_string()),
        details,
        ip: caller.ip(),
    }
}

/// For what is about the platform itself: its visitors elsewhere hold the permission there, too.
///
/// # Errors
/// `conflict` in any other organization.
pub fn must_be_platform(caller: &Principal) -> ApiResult<()> {
    if caller.organization.kind == OrganizationKind::Platform {
        return Ok(());
    }
    Err(ApiError::because(
        ErrorCode::Conflict,
        "This belongs to the platform. Go back to it first.",
    ))
}
