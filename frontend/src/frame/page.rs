//! A page: its top bar and its content.

use leptos::prelude::*;

use super::palette::PaletteOpen;
use crate::address;
use crate::state::BrandState;
use crate::ui::{Icon, IconButton, lu};

/// A step back towards the list, shown before the title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

impl Crumb {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
        }
    }
}

/// `actions` stand right in the top bar; at most one is primary.
#[component]
pub fn Page(
    #[prop(into)] title: Signal<String>,
    #[prop(optional)] crumbs: Vec<Crumb>,
    #[prop(optional, into)] actions: Option<ViewFn>,
    children: Children,
) -> AnyView {
    let top = match actions {
        Some(actions) => view! { <TopBar title crumbs actions /> },
        None => view! { <TopBar title crumbs /> },
    };
    view! {
        {top}
        <div class="content">{children()}</div>
    }
    .into_any()
}

/// The top bar alone, for what is a page at one time and a panel at another.
#[component]
pub fn TopBar(
    #[prop(into)] title: Signal<String>,
    #[prop(optional)] crumbs: Vec<Crumb>,
    #[prop(optional, into)] actions: Option<ViewFn>,
) -> AnyView {
    let brand = BrandState::here();
    Effect::new(move |_| address::set_title(&title.get(), &brand.look().app_name));
    let palette = use_context::<PaletteOpen>();
    view! {
        <header class="topbar">
            <div class="flex min-w-0 flex-1 items-center gap-2">
                {crumbs
                    .into_iter()
                    .map(|crumb| {
                        view! {
                            <a class="crumb link" href=crumb.href>
                                {crumb.label}
                            </a>
                            <Icon glyph=lu::LuChevronRight class="text-faint" />
                        }
                    })
                    .collect_view()}
                <h1 class="truncate text-lg font-semibold">{move || title.get()}</h1>
            </div>
            {palette
                .map(|palette| {
                    view! {
                        <IconButton
                            glyph=lu::LuSearch
                            label="Go to, Ctrl K"
                            tip_side="left"
                            on_press=move |()| palette.0.set(true)
                        />
                    }
                })}
            {actions.map(|actions| actions.run())}
        </header>
    }
    .into_any()
}
