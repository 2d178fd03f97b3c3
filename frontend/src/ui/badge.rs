//! A short fact with a tone, such as a status.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::tone::Tone;

#[component]
pub fn Badge(
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<Glyph>,
    children: Children,
) -> AnyView {
    view! {
        <span class=format!("badge {}", tone.class())>
            {icon.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </span>
    }
    .into_any()
}
