//! A dot and a word; `live` makes the dot breathe.

use leptos::prelude::*;

use super::tone::Tone;

#[component]
pub fn StatusDot(
    #[prop(optional)] tone: Tone,
    #[prop(optional)] live: bool,
    #[prop(into)] label: String,
) -> AnyView {
    let live = if live { " dot-live" } else { "" };
    view! { <span class=format!("dot {}{live}", tone.class())>{label}</span> }.into_any()
}
