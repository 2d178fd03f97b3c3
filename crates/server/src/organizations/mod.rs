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
mod zone;

pub use refusal::refusal;
pub use target::check_target;

use crate::auth::Caller;
use db::audit::Entry;
use shared::OrganizationId;
use shared::permission::Requires;

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
