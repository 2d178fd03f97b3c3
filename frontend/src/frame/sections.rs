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

/// In this order; a group's sections stand together.
const ALL: [Section; 25] = [
    section(
        "",
        "/",
        "Dashboard",
        lu::LuLayoutDashboard,
        Permission::DashboardView,
    ),
    Section {
        counts_live: true,
        ..section("", "/live", "Live", lu::LuRadio, Permission::LiveView)
    },
    section("", "/wall", "Call wall", lu::LuMonitorDot, Permission::LiveWall),
    section("", "/calls", "Calls", lu::LuPhone, Permission::CallsList),
    section("", "/exports", "Exports", lu::LuFileDown, Permission::CallsExport),
    section("", "/agents", "Agents", lu::LuBot, Permission::AgentsList),
    section(
        "",
        "/phone-numbers",
        "Phone numbers",
        lu::LuPhoneIncoming,
        Permission::NumbersList,
    ),
    section(
        "",
        "/customers",
        "Customers",
        lu::LuBuilding2,
        Permission::OrganizationsList,
    ),
    section(
        "People",
        "/settings/members",
        "Members",
        lu::LuUsers,
        Permission::MembersList,
    ),
    section(
        "People",
        "/settings/roles",
        "Roles",
        lu::LuShield,
        Permission::RolesView,
    ),
    section(
        "People",
        "/settings/security",
        "Sign-in rules",
        lu::LuLock,
        Permission::SecurityView,
    ),
    section(
        "People",
        "/settings/api-keys",
        "API keys",
        lu::LuKeyRound,
        Permission::ApiKeysView,
    ),
    section(
        "People",
        "/settings/why",
        "Why can't I?",
        lu::LuCircleHelp,
        Permission::PermissionsExplain,
    ),
    section(
        "Data",
        "/settings/integrations",
        "Integrations",
        lu::LuPlug,
        Permission::ConnectionsView,
    ),
    section(
        "Data",
        "/settings/summaries",
        "Summaries",
        lu::LuSparkles,
        Permission::SummariesManage,
    ),
    section(
        "Data",
        "/settings/call-lists",
        "Tags and dispositions",
        lu::LuTags,
        Permission::CallsLists,
    ),
    section(
        "Data",
        "/settings/retention",
        "Retention",
        lu::LuArchive,
        Permission::CallsRetention,
    ),
    section(
        "Data",
        "/settings/privacy",
        "Erasing calls",
        lu::LuEraser,
        Permission::CallsDelete,
    ),
    section(
        "Data",
        "/settings/failed-work",
        "Failed work",
        lu::LuTriangleAlert,
        Permission::FailuresView,
    ),
    section(
        "Organization",
        "/settings/organization",
        "Organization",
        lu::LuBuilding,
        Permission::OrganizationView,
    ),
    section(
        "Organization",
        "/settings/branding",
        "Branding",
        lu::LuPalette,
        Permission::BrandingView,
    ),
    section(
        "Organization",
        "/settings/domains",
        "Domains",
        lu::LuGlobe,
        Permission::BrandingDomains,
    ),
    section(
        "Organization",
        "/settings/audit",
        "Audit log",
        lu::LuScrollText,
        Permission::AuditView,
    ),
    section(
        PLATFORM,
        "/platform/mail",
        "Sent mail",
        lu::LuMail,
        Permission::PlatformMail,
    ),
    section(
        PLATFORM,
        "/platform/settings",
        "Platform settings",
        lu::LuSettings,
        Permission::PlatformSettings,
    ),
];
const PLATFORM: &str = "Platform";

const fn section(
    group: &'static str,
    href: &'static str,
    label: &'static str,
    icon: Glyph,
    permission: Permission,
) -> Section {
    Section {
        href,
        label,
        icon,
        permission,
        group,
        counts_live: false,
    }
}

/// All sections of the organization in which the session works; tracks the session.
pub(super) fn all(session: SessionState) -> Vec<Section> {
    let kind = session.session().map(|session| session.organization.kind);
    let mut sections = ALL.to_vec();
    if kind == Some(OrganizationKind::Platform) {
        for section in sections.iter_mut().filter(|section| section.href == "/customers") {
            section.label = "Agencies";
        }
    }
    // The platform's people hold these everywhere; they are about the platform alone.
    if kind != Some(OrganizationKind::Platform) {
        sections.retain(|section| section.group != PLATFORM);
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
