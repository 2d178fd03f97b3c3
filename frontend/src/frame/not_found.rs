//! What stands at an address without a page.

use leptos::prelude::*;

use crate::ui::{ButtonLink, EmptyState, lu};

#[component]
pub(super) fn NotFound() -> AnyView {
    view! {
        <EmptyState
            icon=lu::LuSearch
            title="This page does not exist"
            text="The address may be mistyped, or the page has moved."
        >
            <ButtonLink href="/">"Go to the start page"</ButtonLink>
        </EmptyState>
    }
    .into_any()
}
