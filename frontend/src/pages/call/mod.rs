//! One call: its sound, its words, what was made of it, what it cost.

mod analysis;
mod body;
mod data;
mod details;
mod digest;
mod erase;
mod found;
mod head;
mod keys;
mod more;
mod notes;
mod parts;
mod read;
mod recording;
mod recording_link;
mod recording_missing;
mod surface;
mod words;
mod work;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::frame::{Crumb, TopBar};
use crate::state::Memo;
use crate::ui::{ButtonLink, EmptyState, IconButton, lu};
use body::Body;
use data::CallData;
pub use surface::Surface;

/// `/calls/{id}`, within the log.
pub struct CallPage;

#[lazy_route]
impl LazyRoute for CallPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Call /> }.into_any()
    }
}

#[component]
fn Call() -> AnyView {
    let surface = expect_context::<Surface>();
    let id = surface.call;
    let data = CallData::follow(id);
    keys::listen();
    let title = Signal::derive(move || {
        let title = data.with(|detail| Some(head::title(&detail.call)));
        title.unwrap_or_else(|| "Call".to_owned())
    });
    let known = Memo::new(move |_| id.get().is_some());
    let content = move || {
        if known.get() {
            view! { <Body data /> }.into_any()
        } else {
            view! {
                <EmptyState icon=lu::LuSearch title="There is no such call" text="The address may be mistyped.">
                    <ButtonLink href="/calls">"Go to the call log"</ButtonLink>
                </EmptyState>
            }
            .into_any()
        }
    };
    let panel = surface.panel;
    let head = move || {
        if panel.get() {
            view! { <PanelHead title surface /> }
        } else {
            view! { <TopBar title crumbs=vec![Crumb::new("Calls", "/calls")] /> }
        }
    };
    // Only the head changes with the place: the sound plays on.
    view! {
        {head}
        <div class=move || if panel.get() { "p-4 pb-12" } else { "content" }>{content}</div>
    }
    .into_any()
}

#[component]
fn PanelHead(title: Signal<String>, surface: Surface) -> AnyView {
    view! {
        <header class="sticky top-0 z-10 flex min-h-[52px] items-center gap-1 border-b border-line bg-panel px-4 py-2">
            <h2 class="mr-auto truncate pr-3 text-lg font-semibold" dir="auto">
                {move || title.get()}
            </h2>
            <IconButton
                glyph=lu::LuChevronUp
                label="Previous call, K"
                tip_side="left"
                small=true
                on_press=move |()| surface.step.run(-1)
            />
            <IconButton
                glyph=lu::LuChevronDown
                label="Next call, J"
                tip_side="left"
                small=true
                on_press=move |()| surface.step.run(1)
            />
            <IconButton
                glyph=lu::LuMaximize2
                label="Whole page"
                tip_side="left"
                small=true
                on_press=move |()| surface.widen.run(())
            />
            <IconButton
                glyph=lu::LuX
                label="Close, Esc"
                tip_side="left"
                small=true
                on_press=move |()| surface.close.run(())
            />
        </header>
    }
    .into_any()
}
