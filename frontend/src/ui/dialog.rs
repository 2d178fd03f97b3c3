//! A question or a short form in the middle of the screen.

use leptos::prelude::*;

use super::modal::Modal;

/// `actions` are the buttons at its foot.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] actions: Option<ViewFn>,
    children: ChildrenFn,
) -> AnyView {
    match actions {
        Some(actions) => view! { <Modal open title class="dialog" actions children /> }.into_any(),
        None => view! { <Modal open title class="dialog" children /> }.into_any(),
    }
}
