//! What a member may do. One enum, used by the API's extractors, by the SPA's routes and by the
//! page that explains permissions.

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
    CallsList "calls.list" "Calls" "See the call log" "Which calls there were, with time, length, numbers and outcome.";
    CallsTranscript "calls.transcript" "Calls" "Read transcripts" "The words spoken in a call, its summary and collected data.";
    CallsRecording "calls.recording" "Calls" "Listen to recordings" "The sound of a call.";
    CallsCost "calls.cost" "Calls" "See costs" "What a call cost at the provider, on calls, dashboard and charts.";
    LiveView "live.view" "Live" "Watch running calls" "Which calls run now, and how many.";
    LiveTranscript "live.transcript" "Live" "Read running calls" "The words of a running call as they are spoken.";
    ConnectionsView "connections.view" "Integrations" "See connections" "The connected workspaces, their health and the progress of their sync.";
    ConnectionsManage "connections.manage" "Integrations" "Manage connections" "Connect, change and remove workspaces, register webhooks.";
    ConnectionsSync "connections.sync" "Integrations" "Start a sync" "Fetch agents and calls again from a connected workspace.";
    OrganizationsEnter "organizations.enter" "Organizations" "Enter customers" "Switch into an organization below one's own.";
    MembersList "members.list" "Members" "See members" "Who belongs to the organization, with which role.";
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

    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).copied().collect())
    }
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
    fn unknown_codes_of_a_newer_server_are_left_out() {
        let set: PermissionSet = serde_json::from_str(r#"["calls.list","calls.teleport"]"#).unwrap();
        assert_eq!(set.iter().collect::<Vec<_>>(), vec![Permission::CallsList]);
    }
}
