//! Nothing here: what this is and the one thing to do.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

#[component]
pub fn EmptyState(
    icon: Glyph,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// The one action.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <div class="state">
            <Icon glyph=icon />
            <p class="state-title">{title}</p>
            <p class="state-text">{text}</p>
            {children.map(|children| view! { <div class="mt-3">{children()}</div> })}
        </div>
    }
    .into_any()
}
