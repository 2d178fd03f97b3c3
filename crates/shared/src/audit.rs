//! The audit log: who did what, when, from where.

use crate::id::UserId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One entry of `GET /api/audit`, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Counts from 1 within the organization, without gaps.
    pub sequence: i64,
    #[serde(deserialize_with = "crate::moment::read")]
    pub at: DateTime<Utc>,
    /// `None`: the program itself.
    pub user: Option<Actor>,
    /// Namespaced verb, such as `connection.created`.
    pub action: String,
    /// Id of what it was done to.
    pub subject: Option<String>,
    /// What was before and after, as the action tells it.
    pub details: serde_json::Value,
    pub ip: Option<String>,
}

/// Who did it, by the name he has today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
    pub email: String,
}

/// The query of `GET /api/audit` and of its export, apart from paging.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFilter {
    /// A part of action, subject or details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// First day, in the organization's zone.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::moment::read_optional_day"
    )]
    pub from: Option<NaiveDate>,
    /// Last day, in the organization's zone.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::moment::read_optional_day"
    )]
    pub to: Option<NaiveDate>,
}

/// `GET /api/audit/verify`: whether the chain of hashes holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditVerdict {
    /// Entries that fit, from the first on.
    pub checked: i64,
    /// The first that does not; `None`: all fit.
    pub broken: Option<Broken>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub as_of: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    pub sequence: i64,
    pub how: BrokenHow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrokenHow {
    /// Its content is not what was written.
    Changed,
    /// It, or what followed, is gone.
    Missing,
}

/// What an action is called on a page; an action of a newer server by its code.
pub fn action_label(action: &str) -> &str {
    match action {
        "session.started" => "Signed in",
        "account.password_changed" => "Changed the own password",
        "account.second_factor_set_up" => "Set up a second factor",
        "account.second_factor_removed" => "Removed the own second factor",
        "account.recovery_codes_made" => "Made new recovery codes",
        "account.recovery_code_used" => "Signed in with a recovery code",
        "member.unlocked" => "Unlocked a member",
        "member.sessions_ended" => "Ended the sessions of a member",
        "member.second_factor_reset" => "Reset the second factor of a member",
        "security.rules_changed" => "Changed the sign-in rules",
        "api_key.created" => "Made an API key",
        "api_key.revoked" => "Revoked an API key",
        "organization.created" => "Made an organization",
        "organization.updated" => "Changed the organization",
        "organization.limited" => "Changed limits or features",
        "organization.status_changed" => "Suspended, archived or opened an organization",
        "organization.entered" => "Entered the organization",
        "organization.left" => "Left the organization",
        "preview.started" => "Previewed the product as a role",
        "member.updated" => "Changed a member",
        "member.removed" => "Removed a member",
        "role.created" => "Made a role",
        "role.updated" => "Changed a role",
        "role.removed" => "Removed a role",
        "agent.moved" => "Moved an agent",
        "phone_number.moved" => "Moved a phone number",
        "phone_number.assigned" => "Gave a phone number to an agent",
        "branding.changed" => "Changed the look",
        "branding.reset" => "Took the look back",
        "branding.picture_set" => "Set a picture of the look",
        "branding.picture_removed" => "Removed a picture of the look",
        "domain.added" => "Added a domain",
        "domain.verified" => "Found a domain right",
        "domain.broken" => "Found a domain broken",
        "domain.dropped" => "Gave up a broken domain",
        "domain.removed" => "Removed a domain",
        "calls.export_ordered" => "Ordered an export of calls",
        "calls.export_fetched" => "Downloaded an export of calls",
        "calls.erasure_ordered" => "Ordered the erasing of calls",
        "calls.erased" => "Erased calls",
        "call_view.shared" => "Shared a view of the log",
        "call_view.unshared" => "Stopped sharing a view of the log",
        "call_view.updated" => "Changed a shared view of the log",
        "call_view.removed" => "Removed a shared view of the log",
        "retention.changed" => "Changed how long calls are kept",
        "retention.applied" => "Removed what was kept long enough",
        "connection.workspace_changed" => "Put another workspace in a connection's place",
        "delivery.read" => "Read a sealed delivery",
        "deliveries.replayed" => "Replayed deliveries",
        "deliveries.discarded" => "Let go deliveries",
        "failures.replayed" => "Tried failed work again",
        "failures.discarded" => "Let go failed work",
        "summaries.settings_changed" => "Changed how calls are summarized",
        "summaries.run_started" => "Started summarizing past calls",
        "summaries.previewed" => "Tried a summary",
        "live.end" => "Ended a running call",
        "live.transfer" => "Transferred a running call",
        "live.hint" => "Gave a hint to an agent",
        "live.take_over" => "Took over a chat",
        "live.say" => "Wrote in the place of an agent",
        "live.give_back" => "Gave a chat back to its agent",
        "live.command_settled" => "Learned what came of a command",
        "live.settings_changed" => "Changed when a call counts as too long",
        "connection.created" => "Connected a workspace",
        "connection.updated" => "Changed a connection",
        "connection.removed" => "Removed a connection",
        "connection.webhook_set" => "Set up a webhook",
        "connection.sync_started" => "Started a sync",
        "connection.recordings_fetched" => "Started fetching missing recordings",
        "recording.link_made" => "Made a link to a recording",
        "invitation.sent" => "Invited somebody",
        "invitation.resent" => "Sent an invitation again",
        "invitation.revoked" => "Revoked an invitation",
        "invitation.accepted" => "Accepted an invitation",
        "agency.founded" => "Founded an agency",
        "platform.settings_changed" => "Changed platform settings",
        "mail.retried" => "Sent mail again",
        "password.reset" => "Chose a new password by mail",
        "email.change_asked" => "Asked for another e-mail address",
        "email.changed" => "Changed the e-mail address",
        "email.verified" => "Verified the e-mail address",
        other => other,
    }
}
