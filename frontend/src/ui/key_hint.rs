//! Keys that do something here, such as `J` or `Ctrl K`.

use leptos::prelude::*;

#[component]
pub fn KeyHint(keys: &'static str) -> AnyView {
    view! {
        <span class="inline-flex gap-1" aria-hidden="true">
            {keys.split(' ').map(|key| view! { <kbd class="kbd">{key}</kbd> }).collect_view()}
        </span>
    }
    .into_any()
}
