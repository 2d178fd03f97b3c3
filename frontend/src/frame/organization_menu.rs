//! In which organization the session works, and the way into another.

use leptos::prelude::*;
use shared::auth::Session;
use shared::organization::{Organization, SwitchOrganization};

use crate::api;
use crate::state::{SessionState, Toasts};
use crate::ui::{Avatar, Icon, MenuItem, Popover, SearchInput, Tone, lu};

/// More than these are found by search.
const SHOWN: usize = 30;

#[component]
pub(super) fn OrganizationMenu() -> AnyView {
    let session = SessionState::here();
    let query = RwSignal::new(String::new());
    let name = move || {
        session
            .session()
            .map(|s| s.organization.name.clone())
            .unwrap_or_default()
    };
    let many = move || session.session().is_some_and(|s| s.organizations.len() > 1);
    let list = move || {
        let Some(session) = session.session() else {
            return Vec::new();
        };
        let wanted = query.get().to_lowercase();
        let found = session
            .organizations
            .iter()
            .filter(|o| o.name.to_lowercase().contains(&wanted));
        found
            .take(SHOWN)
            .map(|o| item(o, o.id == session.organization.id))
            .collect()
    };
    let label = move || {
        view! {
            <Avatar name=name() />
            <span class="rail-label text-ink">{name()}</span>
        }
    };
    view! {
        <Show when=many fallback=move || view! { <div class="rail-link hover:bg-transparent">{label}</div> }>
            <Popover
                trigger=Box::new(move || {
                    view! {
                        {label}
                        <Icon glyph=lu::LuChevronsUpDown class="rail-label flex-none!" />
                    }
                        .into_any()
                })
                trigger_class="rail-link"
            >
                <div class="w-64">
                    <div class="pb-1">
                        <SearchInput value=query label="Find an organization" />
                    </div>
                    {list}
                </div>
            </Popover>
        </Show>
    }
    .into_any()
}

fn item(organization: &Organization, chosen: bool) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let organization_id = organization.id;
    let enter = move |()| {
        leptos::task::spawn_local(async move {
            let request = SwitchOrganization {
                organization_id,
                reason: None,
            };
            match api::post::<Session>("/api/auth/organization", &request).await {
                // Everything on the screen belongs to the old one: begin anew.
                Ok(_) => _ = window().location().assign("/"),
                Err(error) => toasts.show(Tone::Bad, error.title()),
            }
        });
    };
    view! { <MenuItem label=organization.name.clone() chosen on_press=enter /> }.into_any()
}
