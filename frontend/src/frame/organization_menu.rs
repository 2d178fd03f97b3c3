//! In which organization the session works, and the way into another.

use leptos::prelude::*;
use shared::letters;
use shared::organization::Organization;

use super::enter::Entering;
use super::later;
use crate::state::SessionState;
use crate::ui::{Avatar, Icon, MenuItem, Popover, SearchInput, lu};

/// More than these are found by search.
const SHOWN: usize = 30;

#[component]
pub(super) fn OrganizationMenu() -> AnyView {
    let session = SessionState::here();
    let name = move || {
        session
            .session()
            .map(|s| s.organization.name.clone())
            .unwrap_or_default()
    };
    let many = move || session.session().is_some_and(|s| s.organizations.len() > 1);
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
                {later::organizations()}
            </Popover>
        </Show>
    }
    .into_any()
}

/// The list, with a search over it.
#[component]
pub(super) fn Organizations() -> AnyView {
    let session = SessionState::here();
    let query = RwSignal::new(String::new());
    let list = move || {
        let Some(session) = session.session() else {
            return Vec::new();
        };
        let wanted = letters::lower(&query.get());
        let found = session
            .organizations
            .iter()
            .filter(|o| letters::lower(&o.name).contains(&wanted));
        found
            .take(SHOWN)
            .map(|o| item(o, o.id == session.organization.id))
            .collect()
    };
    view! {
        <div class="w-64">
            <div class="pb-1">
                <SearchInput value=query label="Find an organization" />
            </div>
            {list}
        </div>
    }
    .into_any()
}

fn item(organization: &Organization, chosen: bool) -> AnyView {
    let entering = Entering::here();
    let (id, name) = (organization.id, organization.name.clone());
    let enter = move |()| entering.go(id, name.clone());
    view! { <MenuItem label=organization.name.clone() chosen on_press=enter /> }.into_any()
}
