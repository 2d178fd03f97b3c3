//! The menu of telephones: four sections and a sheet with the rest.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::later::{self, once};
use super::organization_menu::OrganizationMenu;
use super::rail::LivePill;
use super::sections::{Section, all, is_current};
use super::user_menu::UserItems;
use crate::state::SessionState;
use crate::ui::{Icon, MenuItem, Sheet, lu};

/// Sections in the bar itself; a thumb hits no more.
const SHOWN: usize = 4;

#[component]
pub(super) fn BottomBar() -> AnyView {
    let session = SessionState::here();
    let more = RwSignal::new(false);
    let path = use_location().pathname;
    Effect::new(move |_| {
        path.track();
        more.set(false);
    });
    let opened = once(more);
    let allowed = move || allowed(session);
    let link = move |section: Section| {
        view! {
            <a
                class="bottom-link"
                href=section.href
                aria-current=move || is_current(section.href, &path.get()).then_some("page")
            >
                <Icon glyph=section.icon large=true />
                {section.label}
                {section
                    .counts_live
                    .then(|| view! { <span class="absolute top-1 left-1/2 ml-2"><LivePill /></span> })}
            </a>
        }
    };
    view! {
        <nav class="bottom-bar" aria-label="Sections">
            {move || allowed().into_iter().take(SHOWN).map(link).collect_view()}
            <button type="button" class="bottom-link" aria-haspopup="dialog" on:click=move |_| more.set(true)>
                <Icon glyph=lu::LuMenu large=true />
                "More"
            </button>
        </nav>
        <Show when=move || opened.get()>{later::menu_sheet(more)}</Show>
    }
    .into_any()
}

/// What has no place in the bar, and the commands.
#[component]
pub(super) fn MenuSheet(open: RwSignal<bool>) -> AnyView {
    let session = SessionState::here();
    let allowed = move || allowed(session);
    view! {
        <Sheet open title="Menu">
            <OrganizationMenu />
            <div class="menu-line"></div>
            {move || {
                allowed()
                    .into_iter()
                    .skip(SHOWN)
                    .map(|section| {
                        view! { <MenuItem label=section.label icon=section.icon href=section.href /> }
                    })
                    .collect_view()
            }}
            <UserItems />
        </Sheet>
    }
    .into_any()
}

fn allowed(session: SessionState) -> Vec<Section> {
    let sections = all(session).into_iter();
    sections
        .filter(|section| session.may(section.permission))
        .collect()
}
