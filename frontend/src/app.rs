//! The application of a signed-in person: a chunk of its own, fetched once there is a session. Every page is a chunk
//! again, fetched when it is first opened and only with the permission that stands beside it.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::{Lazy, path};
use shared::Permission;
use shared::auth::Session;

use crate::frame::{Guarded, LiveCount, Shell};
use crate::live::Live;
use crate::pages::{
    agents::AgentsPage, audit::AuditPage, branding::BrandingPage, call::CallPage, calls::CallsPage,
    components::ComponentsPage, customers::CustomersPage, dashboard::DashboardPage, domains::DomainsPage,
    integrations::IntegrationsPage, live::LivePage, members::MembersPage, organization::OrganizationPage,
    roles::RolesPage, why::WhyPage,
};
use crate::state;
use crate::ui::{ToastList, lu};

/// Fetches the application and shows it. Without a session only `/dev/ui` shows anything.
#[leptos::lazy]
pub fn application(session: Option<Session>) {
    leptos::mount::mount_to_body(move || view! { <App session /> });
}

/// Fetches the application ahead of its use.
pub async fn preload() {
    __preload_application().await;
}

#[component]
fn App(session: Option<Session>) -> AnyView {
    state::provide(session);
    let running = RwSignal::new(0);
    provide_context(LiveCount(running));
    Live::provide(running);
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/login") view=|| view! { <Redirect path="/" /> } />
                <Route path=path!("/dev/ui") view={Lazy::<ComponentsPage>::new()} />
                <ParentRoute path=path!("") view=Shell>
                    <Route path=path!("/") view={Guarded::<DashboardPage>::new(Permission::DashboardView)} />
                    <Route path=path!("/live") view={Guarded::<LivePage>::new(Permission::LiveView)} />
                    <ParentRoute path=path!("/calls") view={Guarded::<CallsPage>::new(Permission::CallsList)}>
                        <Route path=path!("") view=|| () />
                        <Route path=path!(":id") view={Guarded::<CallPage>::new(Permission::CallsList)} />
                    </ParentRoute>
                    <Route path=path!("/agents") view={Guarded::<AgentsPage>::new(Permission::AgentsList)} />
                    <Route path=path!("/customers") view={Guarded::<CustomersPage>::new(Permission::OrganizationsList)} />
                    <Route
                        path=path!("/settings/organization")
                        view={Guarded::<OrganizationPage>::new(Permission::OrganizationView)}
                    />
                    <Route
                        path=path!("/settings/integrations")
                        view={Guarded::<IntegrationsPage>::new(Permission::ConnectionsView)}
                    />
                    <Route
                        path=path!("/settings/members")
                        view={Guarded::<MembersPage>::new(Permission::MembersList)}
                    />
                    <Route
                        path=path!("/settings/branding")
                        view={Guarded::<BrandingPage>::new(Permission::BrandingView)}
                    />
                    <Route
                        path=path!("/settings/domains")
                        view={Guarded::<DomainsPage>::new(Permission::BrandingDomains)}
                    />
                    <Route path=path!("/settings/roles") view={Guarded::<RolesPage>::new(Permission::RolesView)} />
                    <Route
                        path=path!("/settings/why")
                        view={Guarded::<WhyPage>::new(Permission::PermissionsExplain)}
                    />
                    <Route path=path!("/settings/audit") view={Guarded::<AuditPage>::new(Permission::AuditView)} />
                </ParentRoute>
            </Routes>
        </Router>
        <ToastList />
    }
    .into_any()
}

#[component]
fn NotFound() -> AnyView {
    view! {
        <crate::ui::EmptyState
            icon=lu::LuSearch
            title="This page does not exist"
            text="The address may be mistyped, or the page has moved."
        >
            <crate::ui::ButtonLink href="/">"Go to the start page"</crate::ui::ButtonLink>
        </crate::ui::EmptyState>
    }
    .into_any()
}
