//! The areas of the product, in the order in which rail, bottom bar and palette show them.

use shared::Permission;

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

/// All sections.
pub(super) fn all() -> [Section; 9] {
    let section = |href, label, icon, permission| Section {
        href,
        label,
        icon,
        permission,
        group: "",
        counts_live: false,
    };
    [
        section("/", "Dashboard", lu::LuLayoutDashboard, Permission::DashboardView),
        Section {
            counts_live: true,
            ..section("/live", "Live", lu::LuRadio, Permission::LiveView)
        },
        section("/calls", "Calls", lu::LuPhone, Permission::CallsList),
        section("/agents", "Agents", lu::LuBot, Permission::AgentsList),
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
    ]
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
