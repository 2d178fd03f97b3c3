//! The areas of the product, in the order in which rail, bottom bar and palette show them.

use shared::Permission;
use shared::organization::OrganizationKind;

use crate::state::SessionState;
use crate::ui::{Glyph, lu};

#[derive(Clone, Copy)]
pub(super) struct Section {
    pub href: &'static str,
    pub label: &'static str,
    pub icon: Glyph,
    /// Without it the section is neither shown nor fetched.
    pub permission: Permission,
    /// Heading in the rail; sections without one stand on top.
    pub group: &'static str,
    /// The counter of running calls stands beside it.
    pub counts_live: bool,
}

/// All sections of the organization in which the session works; tracks the session.
pub(super) fn all(session: SessionState) -> Vec<Section> {
    let kind = session.session().map(|session| session.organization.kind);
    let section = |href, label, icon, permission| Section {
        href,
        label,
        icon,
        permission,
        group: "",
        counts_live: false,
    };
    let below = match kind {
        Some(OrganizationKind::Platform) => "Agencies",
        _ => "Customers",
    };
    let mut sections = vec![
        section("/", "Dashboard", lu::LuLayoutDashboard, Permission::DashboardView),
        Section {
            counts_live: true,
            ..section("/live", "Live", lu::LuRadio, Permission::LiveView)
        },
        section("/wall", "Call wall", lu::LuMonitorDot, Permission::LiveWall),
        section("/calls", "Calls", lu::LuPhone, Permission::CallsList),
        section("/exports", "Exports", lu::LuFileDown, Permission::CallsExport),
        section("/agents", "Agents", lu::LuBot, Permission::AgentsList),
        section(
            "/phone-numbers",
            "Phone numbers",
            lu::LuPhoneIncoming,
            Permission::NumbersList,
        ),
        section(
            "/customers",
            below,
            lu::LuBuilding2,
            Permission::OrganizationsList,
        ),
        Section {
            group: "Settings",
            ..section(
                "/settings/organization",
                "Organization",
                lu::LuBuilding,
                Permission::OrganizationView,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/integrations",
                "Integrations",
                lu::LuPlug,
                Permission::ConnectionsView,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/summaries",
                "Summaries",
                lu::LuSparkles,
                Permission::SummariesManage,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/members",
                "Members",
                lu::LuUsers,
                Permission::MembersList,
            )
        },
        Section {
            group: "Settings",
            ..section("/settings/roles", "Roles", lu::LuShield, Permission::RolesView)
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/branding",
                "Branding",
                lu::LuPalette,
                Permission::BrandingView,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/security",
                "Sign-in rules",
                lu::LuLock,
                Permission::SecurityView,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/call-lists",
                "Tags and dispositions",
                lu::LuTags,
                Permission::CallsLists,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/privacy",
                "Erasing calls",
                lu::LuEraser,
                Permission::CallsDelete,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/retention",
                "Retention",
                lu::LuArchive,
                Permission::CallsRetention,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/domains",
                "Domains",
                lu::LuGlobe,
                Permission::BrandingDomains,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/api-keys",
                "API keys",
                lu::LuKeyRound,
                Permission::ApiKeysView,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/why",
                "Why can't I?",
                lu::LuCircleHelp,
                Permission::PermissionsExplain,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/audit",
                "Audit log",
                lu::LuScrollText,
                Permission::AuditView,
            )
        },
        Section {
            group: "Settings",
            ..section(
                "/settings/failed-work",
                "Failed work",
                lu::LuTriangleAlert,
                Permission::FailuresView,
            )
        },
        Section {
            group: "Platform",
            ..section(
                "/platform/mail",
                "Sent mail",
                lu::LuMail,
                Permission::PlatformMail,
            )
        },
        Section {
            group: "Platform",
            ..section(
                "/platform/settings",
                "Platform settings",
                lu::LuSettings,
                Permission::PlatformSettings,
            )
        },
    ];
    // The platform's people hold these everywhere; they are about the platform alone.
    if kind != Some(OrganizationKind::Platform) {
        sections.retain(|section| section.group != "Platform");
    }
    // Nothing lies below a customer, whatever its visitor holds.
    if kind == Some(OrganizationKind::Customer) {
        sections.retain(|section| !["/customers", "/wall"].contains(&section.href));
    }
    sections
}

/// Whether the page at `path` belongs to the section at `href`.
pub(super) fn is_current(href: &str, path: &str) -> bool {
    let below = path
        .strip_prefix(href)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if href == "/" { path == "/" } else { below }
}

#[cfg(test)]
mod tests {
    use super::is_current;

    #[test]
    fn a_section_is_current_for_its_own_pages_only() {
        assert!(is_current("/calls", "/calls/123"));
        assert!(is_current("/", "/"));
        assert!(!is_current("/", "/calls"));
        assert!(!is_current("/calls", "/callsigns"));
    }
}
