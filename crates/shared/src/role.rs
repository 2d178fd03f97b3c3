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
    holds: Holds,
}

#[derive(Clone, Copy, Debug)]
enum Holds {
    Everything,
    AllBut(&'static [Permission]),
    Only(&'static [Permission]),
}

use OrganizationKind::{Agency, Customer, Platform};
use Permission as P;

const fn role(
    key: &'static str,
    label: &'static str,
    description: &'static str,
    kind: OrganizationKind,
    holds: Holds,
) -> RoleTemplate {
    RoleTemplate {
        key,
        label,
        description,
        kind,
        holds,
    }
}

/// What makes sense on the platform alone.
const PLATFORM_ONLY: &[Permission] = &[P::AgenciesInvite, P::PlatformSettings, P::PlatformMail];

/// What makes sense only where organizations lie below.
const NOT_FOR_CUSTOMERS: &[Permission] = &[
    P::AgenciesInvite,
    P::PlatformSettings,
    P::PlatformMail,
    P::AgentsMove,
    P::NumbersMove,
    P::OrganizationsList,
    P::OrganizationsCreate,
    P::OrganizationsEdit,
    P::OrganizationsSuspend,
    P::OrganizationsArchive,
    P::OrganizationsLimits,
    P::OrganizationsEnter,
    P::LiveWall,
];

const NOT_FOR_CUSTOMER_ADMINS: &[Permission] = &[
    P::AgenciesInvite,
    P::PlatformSettings,
    P::PlatformMail,
    P::AgentsMove,
    P::NumbersMove,
    P::OrganizationsList,
    P::OrganizationsCreate,
    P::OrganizationsEdit,
    P::OrganizationsSuspend,
    P::OrganizationsArchive,
    P::OrganizationsLimits,
    P::OrganizationsEnter,
    P::LiveWall,
    P::SecurityManage,
];

/// All system roles, highest first within a kind.
pub const TEMPLATES: &[RoleTemplate] = &[
    role(
        "platform_owner",
        "Owner",
        "Everything on the platform.",
        Platform,
        Holds::Everything,
    ),
    role(
        "platform_admin",
        "Admin",
        "Runs agencies and customers; does not change the platform's own settings.",
        Platform,
        Holds::AllBut(&[P::PlatformSettings, P::OrganizationsArchive, P::SecurityManage]),
    ),
    role(
        "platform_support",
        "Support",
        "Helps customers: enters their organizations and sees how they are set up. Hears and reads no calls.",
        Platform,
        Holds::Only(&[
            P::DashboardView,
            P::AgentsList,
            P::NumbersList,
            P::CallsList,
            P::LiveView,
            P::LiveWall,
            P::ConnectionsView,
            P::ConnectionsSync,
            P::FailuresView,
            P::OrganizationsList,
            P::OrganizationsEnter,
            P::OrganizationView,
            P::MembersList,
            P::MembersSecurity,
            P::RolesView,
            P::PermissionsExplain,
            P::PermissionsPreview,
            P::AuditView,
            P::BrandingView,
            P::PlatformMail,
        ]),
    ),
    role(
        "agency_owner",
        "Owner",
        "Everything in the agency and in its customers.",
        Agency,
        Holds::AllBut(PLATFORM_ONLY),
    ),
    role(
        "agency_admin",
        "Admin",
        "Everything but putting customers away.",
        Agency,
        Holds::AllBut(&[
            P::AgenciesInvite,
            P::PlatformSettings,
            P::PlatformMail,
            P::OrganizationsArchive,
        ]),
    ),
    role(
        "agency_manager",
        "Manager",
        "Looks after customers, their agents and calls. No keys, roles, limits or domains.",
        Agency,
        Holds::Only(&[
            P::DashboardView,
            P::AgentsList,
            P::AgentsPrompt,
            P::AgentsAssign,
            P::NumbersList,
            P::NumbersAssign,
            P::CallsList,
            P::CallsNumbers,
            P::CallsTranscript,
            P::CallsAnalysis,
            P::CallsRecording,
            P::CallsDownload,
            P::CallsCost,
            P::CallsSummarize,
            P::CallsShareViews,
            P::CallsAnnotate,
            P::CallsAssign,
            P::CallsLists,
            P::CallsExport,
            P::LiveView,
            P::LiveTranscript,
            P::LiveHint,
            P::LiveEnd,
            P::LiveTransfer,
            P::LiveTakeover,
            P::LiveWall,
            P::ConnectionsView,
            P::ConnectionsSync,
            P::OrganizationsList,
            P::OrganizationsCreate,
            P::OrganizationsEdit,
            P::OrganizationsEnter,
            P::OrganizationView,
            P::MembersList,
            P::MembersInvite,
            P::RolesView,
            P::PermissionsExplain,
            P::BrandingView,
        ]),
    ),
    role(
        "agency_staff",
        "Staff",
        "Listens and reads in the agency and its customers; changes nothing.",
        Agency,
        Holds::Only(&[
            P::DashboardView,
            P::AgentsList,
            P::NumbersList,
            P::CallsList,
            P::CallsNumbers,
            P::CallsTranscript,
            P::CallsAnalysis,
            P::CallsRecording,
            P::LiveView,
            P::LiveTranscript,
            P::LiveWall,
            P::ConnectionsView,
            P::OrganizationsList,
            P::OrganizationsEnter,
            P::MembersList,
        ]),
    ),
    role(
        "customer_owner",
        "Owner",
        "Everything in the organization.",
        Customer,
        Holds::AllBut(NOT_FOR_CUSTOMERS),
    ),
    role(
        "customer_admin",
        "Admin",
        "Everything in the organization but its sign-in rules.",
        Customer,
        Holds::AllBut(NOT_FOR_CUSTOMER_ADMINS),
    ),
    role(
        "customer_manager",
        "Manager",
        "Calls, recordings, costs and members; no keys, roles or domains.",
        Customer,
        Holds::Only(&[
            P::DashboardView,
            P::AgentsList,
            P::AgentsPrompt,
            P::AgentsAssign,
            P::NumbersList,
            P::NumbersAssign,
            P::CallsList,
            P::CallsNumbers,
            P::CallsTranscript,
            P::CallsAnalysis,
            P::CallsRecording,
            P::CallsDownload,
            P::CallsCost,
            P::CallsSummarize,
            P::CallsShareViews,
            P::CallsAnnotate,
            P::CallsAssign,
            P::CallsLists,
            P::CallsExport,
            P::LiveView,
            P::LiveTranscript,
            P::LiveHint,
            P::LiveEnd,
            P::LiveTransfer,
            P::LiveTakeover,
            P::ConnectionsView,
            P::OrganizationView,
            P::MembersList,
            P::MembersInvite,
            P::RolesView,
            P::PermissionsExplain,
            P::BrandingView,
        ]),
    ),
    role(
        "customer_user",
        "User",
        "Works with calls: hears, reads and watches them. No costs, prompts or settings.",
        Customer,
        Holds::Only(&[
            P::DashboardView,
            P::AgentsList,
            P::NumbersList,
            P::CallsList,
            P::CallsNumbers,
            P::CallsTranscript,
            P::CallsAnalysis,
            P::CallsRecording,
            P::CallsAnnotate,
            P::LiveView,
            P::LiveTranscript,
        ]),
    ),
    role(
        "customer_viewer",
        "Viewer",
        "Sees calls and figures and reads transcripts; no recordings, costs, prompts or settings.",
        Customer,
        Holds::Only(&[
            P::DashboardView,
            P::AgentsList,
            P::NumbersList,
            P::CallsList,
            P::CallsNumbers,
            P::CallsTranscript,
            P::CallsAnalysis,
            P::LiveView,
            P::LiveTranscript,
        ]),
    ),
];

impl RoleTemplate {
    pub fn find(key: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|role| role.key == key)
    }

    pub fn permissions(&self) -> PermissionSet {
        let all = Permission::ALL.iter().copied();
        match self.holds {
            Holds::Everything => all.collect(),
            Holds::AllBut(without) => all.filter(|p| !without.contains(p)).collect(),
            Holds::Only(these) => these.iter().copied().collect(),
        }
    }

    /// Owners can not all leave: somebody must be able to do everything.
    pub fn is_owner(&self) -> bool {
        self.key.ends_with("_owner")
    }

    /// Templates that can be given in an organization of `kind`, highest first.
    pub fn of_kind(kind: OrganizationKind) -> impl Iterator<Item = &'static Self> {
        TEMPLATES.iter().filter(move |role| role.kind == kind)
    }
}

/// Permissions that can be held in an organization of `kind` at all; the others are not offered there.
pub fn possible_in(kind: OrganizationKind) -> PermissionSet {
    let without: &[Permission] = match kind {
        Platform => &[],
        Agency => PLATFORM_ONLY,
        Customer => NOT_FOR_CUSTOMERS,
    };
    Permission::ALL
        .iter()
        .copied()
        .filter(|p| !without.contains(p))
        .collect()
}

#[cfg(test)]
mod tests;
