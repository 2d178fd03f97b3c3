//! Work that was given up: what it was, why, and doing it again or letting it go.
//!
//! Deliveries of the provider that failed are listed by [`crate::webhooks::deliveries`].

pub mod act;
pub mod list;

use shared::organization::OrganizationKind;
use uuid::Uuid;

use crate::auth::Principal;

/// Whose failed work one sees: the platform that of all, everybody else his organization's.
fn whose(principal: &Principal) -> Option<Uuid> {
    match principal.organization.kind {
        OrganizationKind::Platform => None,
        _ => Some(principal.organization.id.0),
    }
}

/// Failed deliveries have a list of their own; their jobs are dealt with there.
const NOT_LISTED: &str = "process_webhook";

/// What a job was to do, in words.
fn label(name: &str) -> String {
    let known = match name {
        "sync_agents" => "Fetch the agents of a workspace",
        "sync_calls" => "Fetch the call history of a workspace",
        "walk_history" => "Compare a workspace's whole list of calls",
        "reconcile" => "Look for lost calls",
        "queue_recordings" => "Look for recordings to fetch",
        "fetch_agent" => "Fetch an agent",
        "fetch_conversation" => "Fetch a call",
        "fetch_recording" => "Fetch a recording",
        "erase_recordings" => "Erase recordings",
        "remove_connection" => "Remove a connection",
        "move_calls" => "Move calls to another organization",
        "tell_provider" => "Assign a telephone number at ElevenLabs",
        "plan_limits" => "Work out limits on calls",
        "push_limits" => "Write limits on calls to ElevenLabs",
        "prune_webhooks" => "Remove old deliveries",
        "replay_deliveries" => "Replay deliveries",
        "check_domain" => "Check a domain",
        "erase_brand_pictures" => "Erase pictures",
        "register_agency" => "Register an agency",
        "forgot_password" => "Send a link for a new password",
        other => return other.replace('_', " "),
    };
    known.to_owned()
}
