//! The panel at the right edge: over the list, but not in its way. J and K walk on, Esc closes.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use shared::CallId;
use wasm_bindgen::JsCast;

use crate::pages::call::Surface;
use crate::ui::is_typing;

const PANEL: &str = "fixed inset-y-0 right-0 z-30 w-[640px] max-w-[calc(100vw-320px)] overflow-y-auto \
                     overscroll-contain bg-panel shadow-float outline-none animate-[slide_180ms_var(--ease-out)]";

/// Holds the open call, as a panel or, without `panel`, as the page. The same element serves both, so that the call
/// inside is not built anew when the window is resized.
#[component]
pub(super) fn Panel(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] panel: Signal<bool>,
    surface: Surface,
    children: Children,
) -> AnyView {
    let node = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let (true, Some(node)) = (panel.get(), node.get()) {
            // Keys act where the reader looks; an element that is gone keeps nothing from working.
            _ = node.focus();
        }
    });
    let escape = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let other = document()
            .query_selector(":popover-open, dialog[open]")
            .ok()
            .flatten()
            .is_some();
        if event.key() == "Escape" && panel.get_untracked() && !other && !is_typing() {
            surface.close.run(());
        }
    });
    on_cleanup(move || escape.remove());
    let keys = move |event: KeyboardEvent| {
        if !panel.get_untracked() || is_typing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let step = match event.key().as_str() {
            "j" => 1,
            "k" => -1,
            _ => return,
        };
        // The list would walk its rows as well.
        event.stop_propagation();
        surface.step.run(step);
    };
    view! {
        <div
            node_ref=node
            class=move || {
                match (open.get(), panel.get()) {
                    (false, _) => "hidden",
                    (true, true) => PANEL,
                    (true, false) => "",
                }
            }
            role=move || panel.get().then_some("complementary")
            aria-label=move || panel.get().then_some("Call")
            tabindex=move || panel.get().then_some("-1")
            on:keydown=keys
        >
            {children()}
        </div>
    }
    .into_any()
}

/// Gives the focus back to the row of a call that was closed.
pub(super) fn focus_row(id: Option<CallId>) {
    let Some(id) = id else { return };
    request_animation_frame(move || {
        let link = document()
            .query_selector(&format!("tr[data-row] a[href^='/calls/{id}']"))
            .ok()
            .flatten();
        let row = link.and_then(|link| link.closest("tr").ok().flatten());
        if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
            // A row that is gone meanwhile keeps nothing from working.
            _ = row.focus();
        }
    });
}

/// On narrow windows the call takes the list's place: on return the list stands where it stood.
pub(super) fn keep_scroll(list_shown: Signal<bool>) {
    let kept = StoredValue::new(0.0_f64);
    let top = move || window().scroll_y().unwrap_or(0.0);
    let handle = window_event_listener_untyped("scroll", move |_| {
        if list_shown.get_untracked() {
            kept.set_value(top());
        }
    });
    on_cleanup(move || handle.remove());
    Effect::new(move |before: Option<bool>| {
        let shown = list_shown.get();
        if shown && before == Some(false) {
            let place = kept.get_value();
            request_animation_frame(move || window().scroll_to_with_x_and_y(0.0, place));
        }
        shown
    });
}
