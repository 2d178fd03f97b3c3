//! A tag: its name, with a dot of its colour.

use leptos::prelude::*;
use shared::work::Tag;

#[component]
pub fn TagMark(tag: Tag) -> AnyView {
    view! {
        <span class="tag" data-colour=tag.colour.as_str()>
            <span class="truncate" dir="auto">
                {tag.name}
            </span>
        </span>
    }
    .into_any()
}
