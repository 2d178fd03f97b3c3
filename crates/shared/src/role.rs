//! Role templates that the product brings: which permissions each has.

use crate::organization::OrganizationKind;
use crate::permission::{Permission, PermissionSet};

/// A system role. `key` is stored with the membership and never changes.
#[derive(Clone, Copy, Debug)]
pub struct RoleTemplate {
    pub key: &'static str,
    pub label: &'static str,
    pub description: &'static str,
    /// Kinds of organization in which it can be given.
    pub kind: OrganizationKind,
    /// `None`: everything.
    without: Option<&'static [Permission]>,
}

use Permission as P;

/// All system roles, highest first within a kind.
pub const TEMPLATES: &[RoleTemplate] = &[
    RoleTemplate {
        key: "platform_owner",
        label: "Owner",
        description: "Everything on the platform.",
        kind: OrganizationKind::Platform,
        without: None,
    },
    RoleTemplate {
        key: "agency_admin",
        label: "Admin",
        description: "Everything in the agency and in its customers.",
        kind: OrganizationKind::Agency,
        without: None,
    },
    RoleTemplate {
        key: "customer_admin",
        label: "Admin",
        description: "Everything in the organization.",
        kind: OrganizationKind::Customer,
        without: Some(&[P::OrganizationsEnter]),
    },
    RoleTemplate {
        key: "customer_viewer",
        label: "Viewer",
        description: "Sees calls and figures; no recordings, costs, prompts or settings.",
        kind: OrganizationKind::Customer,
        without: Some(&[
            P::OrganizationsEnter,
            P::AgentsPrompt,
            P::CallsRecording,
            P::CallsCost,
            P::ConnectionsView,
            P::ConnectionsManage,
            P::ConnectionsSync,
            P::MembersList,
        ]),
    },
];

impl RoleTemplate {
    pub fn find(key: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|role| role.key == key)
    }

    pub fn permissions(&self) -> PermissionSet {
        let without = self.without.unwrap_or_default();
        Permission::ALL
            .iter()
            .copied()
            .filter(|p| !without.contains(p))
            .collect()
    }
}
