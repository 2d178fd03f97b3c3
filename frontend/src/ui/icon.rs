//! Lucide icons, 16 px (20 px with `large`), drawn in the colour of the text beside them.

use leptos::prelude::*;

/// The icons themselves; only those named somewhere end up in the binary.
pub use icondata_lu as lu;

/// One icon's drawing.
pub type Glyph = icondata_core::Icon;

/// An icon beside a word. It is hidden from assistive technology: the word says it.
#[component]
pub fn Icon(glyph: Glyph, #[prop(optional)] large: bool, #[prop(optional)] class: &'static str) -> AnyView {
    let size = if large { "icon icon-lg" } else { "icon" };
    view! {
        <svg
            class=format!("{size} {class}")
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            inner_html=glyph.data
        ></svg>
    }
    .into_any()
}
