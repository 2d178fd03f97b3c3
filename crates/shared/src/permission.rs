//! What a member may do. One enum, used by the API's extractors, by the SPA's routes and by the
//! page that explains permissions.

use crate::error::FieldError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A type that stands for one permission, so that a handler's signature names what it needs.
pub trait Requires: 'static {
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($($variant:ident $code:literal $group:literal $label:literal $description:literal;)*) => {
        /// A permission code such as `calls.transcript`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission {
            $(
                #[doc = $description]
                #[serde(rename = $code)]
                $variant,
            )*
        }

        impl Permission {
            /// Every permission, in the order in which pages list them.
            pub const ALL: &'static [Permission] = &[$(Permission::$variant),*];

            /// The namespaced code, as stored and sent.
            pub fn code(self) -> &'static str {
                match self { $(Permission::$variant => $code),* }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Permission::$variant),)* _ => None }
            }

            /// The marker's name in `needs`, such as `CallsList`.
            pub fn name(self) -> &'static str {
                match self { $(Permission::$variant => stringify!($variant)),* }
            }

            /// Heading under which pages list it.
            pub fn group(self) -> &'static str {
                match self { $(Permission::$variant => $group),* }
            }

            pub fn label(self) -> &'static str {
                match self { $(Permission::$variant => $label),* }
            }

            pub fn description(self) -> &'static str {
                match self { $(Permission::$variant => $description),* }
            }
        }

        /// Marker types for handler signatures: `Caller<needs::CallsList>`.
        pub mod needs {
            use super::{Permission, Requires};
            $(
                #[doc = $description]
                pub struct $variant;
                impl Requires for $variant {
                    const PERMISSION: Permission = Permission::$variant;
                }
            )*
        }
    };
}

permissions! {
    DashboardView "dashboard.view" "Overview" "See the dashboard" "Today's figures, charts and what needs attention.";
    AgentsList "agents.list" "Agents" "See agents" "The list of agents with their names, languages and voices.";
    AgentsPrompt "agents.prompt" "Agents" "See prompts" "The instructions and first message of an agent.";
    AgentsAssign "agents.assign" "Agents" "Assign agents to members" "Choose which agents a member sees who may see only his own.";
    AgentsMove "agents.move" "Agents" "Move agents between customers" "Give an agent to another organization, with or without its past calls.";
    NumbersList "numbers.list" "Phone numbers" "See phone numbers" "The telephone numbers of the organization, and which agent answers each.";
    NumbersAssign "numbers.assign" "Phone numbers" "Assign phone numbers" "Choose which agent answers a telephone number.";
    NumbersMove "numbers.move" "Phone numbers" "Move phone numbers between customers" "Give a telephone number to another organization.";
    CallsList "calls.list" "Calls" "See the call log" "Which calls there were, with time, length and outcome.";
    CallsNumbers "calls.numbers" "Calls" "See telephone numbers" "The caller's number in full; without it all but the last two digits are hidden.";
    CallsTranscript "calls.transcript" "Calls" "Read transcripts" "The words spoken in a call, its title and summary, and searching them.";
    CallsAnalysis "calls.analysis" "Calls" "See evaluation" "Evaluation criteria with their reasons, and the data that an agent collected.";
    CallsRecording "calls.recording" "Calls" "Listen to recordings" "The sound of a call.";
    CallsDownload "calls.download" "Calls" "Download recordings" "Save the sound of a call as a file.";
    CallsCost "calls.cost" "Calls" "See costs" "What a call cost at the provider, on calls, dashboard and charts.";
    CallsSummarize "calls.summarize" "Calls" "Summarize calls" "Have the summary of a call made again, or those of many.";
    SummariesManage "summaries.manage" "Calls" "Set how calls are summarized" "Instructions and language of summaries, and whether calls are summarized by themselves.";
    CallsShareViews "calls.share_views" "Calls" "Share views" "Make a saved view of the call log one for everybody in the organization, change it and remove it.";
    CallsAnnotate "calls.annotate" "Calls" "Work with calls" "Tag, rate and note calls, and say how they ended.";
    CallsAssign "calls.assign" "Calls" "Assign calls" "Say which member looks after a call.";
    CallsLists "calls.lists" "Calls" "Manage tags and dispositions" "Make, rename and remove the tags and dispositions that calls can get.";
    CallsExport "calls.export" "Calls" "Export calls" "Save calls as a file, with the fields that one may see.";
    CallsDelete "calls.delete" "Calls" "Erase calls" "Erase a call, or all of one caller, here and at the provider, for good.";
    CallsRetention "calls.retention" "Calls" "Set retention" "After how many days recordings, transcripts and calls are removed.";
    LiveView "live.view" "Live" "Watch running calls" "Which calls run now, and how many.";
    LiveTranscript "live.transcript" "Live" "Read running calls" "The words of a running call as they are spoken.";
    LiveHint "live.hint" "Live" "Give hints to agents" "Tell the agent of a running call something that the caller does not hear.";
    LiveEnd "live.end" "Live" "End running calls" "Hang up a running call.";
    LiveTransfer "live.transfer" "Live" "Transfer running calls" "Hand a running call on to a telephone number.";
    LiveTakeover "live.takeover" "Live" "Take over chats" "Write to a customer in the place of the agent, and give the chat back.";
    LiveWall "live.wall" "Live" "Watch calls of customers" "The running calls of all organizations below one's own that one may enter, on one page.";
    ConnectionsView "connections.view" "Integrations" "See connections" "The connected workspaces, their health and the progress of their sync.";
    ConnectionsManage "connections.manage" "Integrations" "Manage connections" "Connect and change workspaces, replace their keys.";
    ConnectionsRemove "connections.remove" "Integrations" "Remove connections" "Remove a workspace with all calls and recordings that came through it.";
    ConnectionsWebhook "connections.webhook" "Integrations" "Manage webhooks" "Register the webhook of a workspace or store its secret.";
    ConnectionsSync "connections.sync" "Integrations" "Start a sync" "Fetch agents and calls again from a connected workspace.";
    FailuresView "failures.view" "Failed work" "See failed work" "Work that was given up, what ElevenLabs sent, and what of it is new.";
    FailuresReplay "failures.replay" "Failed work" "Replay failed work" "Do failed work and deliveries again, or let them go.";
    FailuresPayload "failures.payload" "Failed work" "Read deliveries" "What ElevenLabs sent word by word, transcripts and numbers included.";
    OrganizationsList "organizations.list" "Organizations" "See customers" "The organizations below one's own, with their health at a glance.";
    OrganizationsCreate "organizations.create" "Organizations" "Create organizations" "Make a new organization below one's own.";
    OrganizationsEdit "organizations.edit" "Organizations" "Edit organizations" "Name, address, time zone and notes of an organization below.";
    OrganizationsSuspend "organizations.suspend" "Organizations" "Suspend organizations" "Stop an organization below and let it work again. Its calls are still kept.";
    OrganizationsArchive "organizations.archive" "Organizations" "Archive organizations" "Put an organization below away, or bring it back.";
    OrganizationsLimits "organizations.limits" "Organizations" "Set limits and features" "How much an organization below may use, and which features and permissions it has.";
    OrganizationsEnter "organizations.enter" "Organizations" "Enter customers" "Switch into an organization below one's own. The reason is kept.";
    OrganizationView "organization.view" "Organization" "See own organization" "The organization's settings, its limits and how much of them is used.";
    OrganizationEdit "organization.edit" "Organization" "Edit own organization" "Name, contact address and time zone of one's own organization.";
    MembersList "members.list" "Members" "See members" "Who belongs to the organization, with which role.";
    MembersInvite "members.invite" "Members" "Invite members" "Send, resend and revoke invitations.";
    MembersEdit "members.edit" "Members" "Change members" "Role, grants and denials of a member, never above one's own.";
    MembersRemove "members.remove" "Members" "Remove members" "End a membership and its sessions.";
    MembersSecurity "members.security" "Members" "Help with sign-in" "Unlock a member, end his sessions, reset his second factor.";
    AgenciesInvite "agencies.invite" "Members" "Invite agencies" "Invite somebody to found an agency, with commission rate and opening credits.";
    RolesView "roles.view" "Roles" "See roles" "Role templates and own roles with their permissions.";
    RolesManage "roles.manage" "Roles" "Manage roles" "Make, change and remove the organization's own roles.";
    PermissionsExplain "permissions.explain" "Roles" "Explain permissions" "Why a member may or may not do something.";
    PermissionsPreview "permissions.preview" "Roles" "Preview as a role" "See the product as another role sees it, changing nothing.";
    ApiKeysView "api_keys.view" "Security" "See API keys" "Names, prefixes, permissions and last use of API keys.";
    ApiKeysManage "api_keys.manage" "Security" "Manage API keys" "Make and revoke API keys, never with more permissions than one has.";
    SecurityView "security.view" "Security" "See sign-in rules" "Which roles need a second factor, and sign-ins of members.";
    SecurityManage "security.manage" "Security" "Set sign-in rules" "Which roles need a second factor.";
    AuditView "audit.view" "Audit" "Read the audit log" "Who did what, when, from where.";
    AuditExport "audit.export" "Audit" "Export the audit log" "Save the audit log as a file.";
    AuditVerify "audit.verify" "Audit" "Verify the audit log" "Check that no entry was changed or removed.";
    BrandingView "branding.view" "Branding" "See branding" "The organization's look and its domains.";
    BrandingEdit "branding.edit" "Branding" "Change branding" "App name, logo, colour, links and texts.";
    BrandingDomains "branding.domains" "Branding" "Manage domains" "Add, verify and remove own domains.";
    PlatformSettings "platform.settings" "Platform" "Change platform settings" "Such as whether an agency may register itself.";
    PlatformMail "platform.mail" "Platform" "See sent mail" "Mail that was sent or could not be, without its secrets.";
}

/// A set of permissions, sent as a list of codes. Codes that this build does not know are left out
/// when read, so that an older SPA survives a newer server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet(BTreeSet<Permission>);

impl PermissionSet {
    pub fn all() -> Self {
        Self(Permission::ALL.iter().copied().collect())
    }

    pub fn contains(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.0.iter().copied()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).copied().collect())
    }

    pub fn difference(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).copied().collect())
    }

    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).copied().collect())
    }
}

/// Reads codes that somebody chose. Unlike a set that is read, it refuses what this build does not know: it would be
/// given up in silence.
pub fn chosen(field: &str, codes: &[String]) -> Result<PermissionSet, FieldError> {
    codes
        .iter()
        .map(|code| {
            Permission::from_code(code)
                .ok_or_else(|| FieldError::new(field, format!("There is no permission {code:?}")))
        })
        .collect()
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().collect())
    }
}

impl Serialize for PermissionSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Permission::code))
    }
}

impl<'de> Deserialize<'de> for PermissionSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let codes = Vec::<String>::deserialize(deserializer)?;
        Ok(codes
            .iter()
            .filter_map(|code| Permission::from_code(code))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Permission, PermissionSet};

    #[test]
    fn codes_are_unique_namespaced_and_found_again() {
        let mut seen = std::collections::BTreeSet::new();
        for permission in Permission::ALL {
            assert!(
                seen.insert(permission.code()),
                "{} stands twice",
                permission.code()
            );
            assert!(permission.code().contains('.'));
            assert_eq!(Permission::from_code(permission.code()), Some(*permission));
        }
    }

    #[test]
    fn every_area_is_covered() {
        assert!(Permission::ALL.len() >= 45, "{}", Permission::ALL.len());
    }

    #[test]
    fn unknown_codes_of_a_newer_server_are_left_out() {
        let set: PermissionSet = serde_json::from_str(r#"["calls.list","calls.teleport"]"#).unwrap();
        assert_eq!(set.iter().collect::<Vec<_>>(), vec![Permission::CallsList]);
    }
}
