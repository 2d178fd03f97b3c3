//! The URL map of the application. Every page is a chunk of its own, fetched when it is first opened and
//! only with the permission that stands beside it.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, path};
use shared::Permission;

use crate::frame::{Guarded, LiveCount, Shell};
use crate::live::Live;
use crate::pages::{
    agents::AgentsPage, call::CallPage, calls::CallsPage, components::ComponentsPage,
    dashboard::DashboardPage, integrations::IntegrationsPage, live::LivePage, login::LoginPage,
};
use crate::state::{self, SessionState, Status};
use crate::ui::{ErrorState, ToastList, lu};

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    state::provide();
    let running = RwSignal::new(0);
    provide_context(LiveCount(running));
    Live::provide(running);
    let session = SessionState::here();
    // Routes are chosen by permission, so nothing is routed before the session is known; later changes of
    // the session must not build the router anew.
    let known = Memo::new(move |known: Option<&bool>| {
        known == Some(&true) || !matches!(session.status(), Status::Asking | Status::Failed(_))
    });
    let failed = move || match session.status() {
        Status::Failed(error) if !known.get() => Some(view! {
            <ErrorState error retry=Callback::new(move |()| session.load()) />
        }),
        _ => None,
    };
    view! {
        {failed}
        <Show when=move || known.get()>
            <Pages />
        </Show>
        <ToastList />
    }
}

#[component]
fn Pages() -> AnyView {
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/login") view={Lazy::<LoginPage>::new()} />
                <Route path=path!("/dev/ui") view={Lazy::<ComponentsPage>::new()} />
                <ParentRoute path=path!("") view=Shell>
                    <Route path=path!("/") view={Guarded::<DashboardPage>::new(Permission::DashboardView)} />
                    <Route path=path!("/live") view={Guarded::<LivePage>::new(Permission::LiveView)} />
                    <ParentRoute path=path!("/calls") view={Guarded::<CallsPage>::new(Permission::CallsList)}>
                        <Route path=path!("") view=|| () />
                        <Route path=path!(":id") view={Guarded::<CallPage>::new(Permission::CallsList)} />
                    </ParentRoute>
                    <Route path=path!("/agents") view={Guarded::<AgentsPage>::new(Permission::AgentsList)} />
                    <Route
                        path=path!("/settings/integrations")
                        view={Guarded::<IntegrationsPage>::new(Permission::ConnectionsView)}
                    />
                </ParentRoute>
            </Routes>
        </Router>
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
