//! The left rail: brand, organization, sections, user.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::brand_mark::BrandMark;
use super::organization_menu::OrganizationMenu;
use super::sections::{Section, all, is_current};
use super::shell::LiveCount;
use super::user_menu::UserMenu;
use crate::state::{BrandState, SessionState};
use crate::ui::{Icon, IconButton, lu};

#[component]
pub(super) fn Rail(narrow: RwSignal<bool>) -> AnyView {
    let session = SessionState::here();
    let brand = BrandState::here();
    let sections = move || {
        let mut group = "";
        all(session)
            .into_iter()
            .filter(|section| session.may(section.permission))
            .map(|section| {
                let heading = (section.group != group).then(|| {
                    group = section.group;
                    view! { <div class="rail-group">{section.group}</div> }
                });
                view! {
                    {heading}
                    <RailLink section />
                }
            })
            .collect_view()
    };
    let fold_glyph = move || {
        if narrow.get() {
            lu::LuPanelLeftOpen
        } else {
            lu::LuPanelLeftClose
        }
    };
    let fold_label = move || {
        if narrow.get() {
            "Widen the menu"
        } else {
            "Narrow the menu"
        }
        .to_owned()
    };
    view! {
        <aside class="rail" aria-label="Menu">
            <div class="flex flex-wrap items-center gap-2 px-1 pb-2">
                <BrandMark size=26 />
                <span class="rail-label font-semibold" dir="auto">{move || brand.look().app_name}</span>
                <IconButton
                    glyph=Signal::derive(fold_glyph)
                    label=Signal::derive(fold_label)
                    small=true
                    tip_side="right"
                    on_press=move |()| narrow.update(|narrow| *narrow = !*narrow)
                />
            </div>
            <OrganizationMenu />
            <nav class="rail-sections" aria-label="Sections">
                {sections}
            </nav>
            <UserMenu />
        </aside>
    }
    .into_any()
}

#[component]
fn RailLink(section: Section) -> AnyView {
    let path = use_location().pathname;
    view! {
        <a
            class="rail-link"
            href=section.href
            title=section.label
            aria-current=move || is_current(section.href, &path.get()).then_some("page")
        >
            <Icon glyph=section.icon />
            <span class="rail-label">{section.label}</span>
            {section.counts_live.then(|| view! { <LivePill /> })}
        </a>
    }
    .into_any()
}

/// Shown while calls run.
#[component]
pub(super) fn LivePill() -> AnyView {
    let count = use_context::<LiveCount>().map(|count| count.0);
    view! {
        {move || {
            let count = count.map_or(0, |count| count.get());
            (count > 0)
                .then(|| {
                    let label = if count == 1 { "1 call runs".to_owned() } else { format!("{count} calls run") };
                    view! {
                        <span class="live-pill" aria-label=label>
                            {count}
                        </span>
                    }
                })
        }}
    }
    .into_any()
}
