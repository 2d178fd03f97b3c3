//! A panel at the right edge, the whole screen on phones: a detail over its list.

use leptos::prelude::*;

use super::modal::Modal;

#[component]
pub fn Sheet(open: RwSignal<bool>, #[prop(into)] title: Signal<String>, children: ChildrenFn) -> AnyView {
    view! { <Modal open title class="sheet" children /> }.into_any()
}
