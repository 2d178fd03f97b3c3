//! The application of a signed-in person: a chunk of its own, fetched once there is a session. Every page is a chunk
//! again, fetched when it is first opened and only with the permission that stands beside it.

use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::hooks::use_location;
use shared::Permission;
use shared::auth::Session;

use crate::frame::{LiveCount, Route, Shell, inside};
use crate::live::Live;
use crate::pages::{
    account::AccountPage, agents::AgentsPage, api_keys::ApiKeysPage, audit::AuditPage,
    branding::BrandingPage, call_lists::CallListsPage, calls::CallsPage, components::ComponentsPage,
    customers::CustomersPage, dashboard::DashboardPage, domains::DomainsPage, email::EmailPage,
    exports::ExportsPage, failed_work::FailedWorkPage, integrations::IntegrationsPage, live::LivePage,
    mailbox::MailboxPage, members::MembersPage, numbers::NumbersPage, organization::OrganizationPage,
    platform_settings::PlatformSettingsPage, privacy::PrivacyPage, retention::RetentionPage,
    roles::RolesPage, security::SecurityPage, sent_mail::SentMailPage, summaries::SummariesPage,
    wall::WallPage, why::WhyPage,
};
use crate::state;
use crate::ui::ToastList;

/// Fetches the application and shows it. Without a session only `/dev/ui` shows anything.
#[leptos::lazy]
pub fn application(session: Option<Session>) {
    leptos::mount::mount_to_body(move || view! { <App session /> });
}

/// Fetches the application ahead of its use.
pub async fn preload() {
    __preload_application().await;
}

const ROUTES: &[Route] = &[
    Route::new::<DashboardPage>("/", Permission::DashboardView),
    Route::new::<LivePage>("/live", Permission::LiveView),
    Route::new::<WallPage>("/wall", Permission::LiveWall),
    Route::new::<CallsPage>("/calls/*", Permission::CallsList),
    Route::new::<ExportsPage>("/exports", Permission::CallsExport),
    Route::new::<AgentsPage>("/agents", Permission::AgentsList),
    Route::new::<NumbersPage>("/phone-numbers", Permission::NumbersList),
    Route::new::<CustomersPage>("/customers", Permission::OrganizationsList),
    Route::new::<OrganizationPage>("/settings/organization", Permission::OrganizationView),
    Route::new::<IntegrationsPage>("/settings/integrations", Permission::ConnectionsView),
    Route::new::<SummariesPage>("/settings/summaries", Permission::SummariesManage),
    Route::new::<MembersPage>("/settings/members", Permission::MembersList),
    Route::new::<BrandingPage>("/settings/branding", Permission::BrandingView),
    Route::new::<DomainsPage>("/settings/domains", Permission::BrandingDomains),
    Route::new::<RolesPage>("/settings/roles", Permission::RolesView),
    Route::new::<CallListsPage>("/settings/call-lists", Permission::CallsLists),
    Route::new::<PrivacyPage>("/settings/privacy/*", Permission::CallsDelete),
    Route::new::<RetentionPage>("/settings/retention", Permission::CallsRetention),
    Route::new::<SecurityPage>("/settings/security", Permission::SecurityView),
    Route::new::<ApiKeysPage>("/settings/api-keys", Permission::ApiKeysView),
    Route::new::<WhyPage>("/settings/why", Permission::PermissionsExplain),
    Route::new::<AuditPage>("/settings/audit", Permission::AuditView),
    Route::new::<FailedWorkPage>("/settings/failed-work", Permission::FailuresView),
    Route::new::<SentMailPage>("/platform/mail", Permission::PlatformMail),
    Route::new::<PlatformSettingsPage>("/platform/settings", Permission::PlatformSettings),
    Route::of_everybody::<AccountPage>("/account"),
    Route::of_everybody::<EmailPage>("/account/email"),
];

/// The catalogue of components stands alone and needs nobody to be signed in.
const CATALOGUE: &str = "/dev/ui";
/// So does the mail that a machine under development keeps.
const MAILBOX: &str = "/dev/mail";

#[component]
fn App(session: Option<Session>) -> AnyView {
    state::provide(session);
    let running = RwSignal::new(0);
    provide_context(LiveCount(running));
    Live::provide(running);
    let inner = || match use_location().pathname.get_untracked().as_str() {
        CATALOGUE => inside::<ComponentsPage>(),
        MAILBOX => inside::<MailboxPage>(),
        _ => view! { <Shell routes=ROUTES /> }.into_any(),
    };
    view! {
        <Router>{inner()}</Router>
        <ToastList />
    }
    .into_any()
}
