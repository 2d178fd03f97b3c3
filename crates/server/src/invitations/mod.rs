//! Invitations: into an organization, and to found an agency below the platform. A registration is an invitation that somebody asked
//! for himself.
//!
//! | file | what it does |
//! |---|---|
//! | `create`, `resend`, `revoke`, `list` | for whoever invites; each for members and for agencies |
//! | `letter` | the message of an invitation |
//! | `offer`, `found` | what the holder of a link sees before he accepts |
//! | `accept` | accepts: `person` is who does, `join` makes a membership, `found_agency` an agency |
//! | `register` | asks for an agency of one's own |
//!
//! Whoever invites gives no more than he has, when he writes and when it is accepted: the database measures the role by his standing
//! both times.

pub mod accept;
pub mod create;
mod found;
mod found_agency;
mod join;
mod letter;
pub mod list;
pub mod offer;
mod person;
pub mod register;
pub mod resend;
pub mod revoke;
mod rows;

use db::audit::Entry;
use serde_json::json;
use shared::invitation::Invitation;
use shared::{OrganizationId, UserId};

/// An entry in the log of whoever invites.
fn entry(
    organization: OrganizationId,
    user: UserId,
    action: &'static str,
    invitation: &Invitation,
    ip: Option<String>,
) -> Entry<'static> {
    Entry {
        organization,
        user: Some(user),
        action,
        subject: Some(invitation.id.to_string()),
        details: json!({
            "email": invitation.email,
            "kind": invitation.kind,
            "role": invitation.role_label,
            "terms": invitation.terms,
            "expires_at": invitation.expires_at,
        }),
        ip,
    }
}
