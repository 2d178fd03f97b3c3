//! One line of text.

use leptos::prelude::*;

use super::field::FieldLink;
use super::icon::{Icon, lu};

/// A text input bound to `value`. `kind` is the HTML type.
#[component]
pub fn Input(
    value: RwSignal<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] name: Option<&'static str>,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> AnyView {
    let link = FieldLink::of_here();
    let (id, note_id, error) = (link.id.clone(), link.note_id(), link.error);
    view! {
        <input
            class="control"
            id=id
            type=kind
            name=name
            placeholder=placeholder
            autocomplete=autocomplete
            autofocus=autofocus
            aria-required=required.then_some("true")
            aria-describedby=note_id
            aria-invalid=move || error.get().map(|_| "true")
            disabled=move || disabled.get()
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        />
    }
    .into_any()
}

/// A search box; the text is reported as it is typed, the caller waits as long as it likes.
#[component]
pub fn SearchInput(
    value: RwSignal<String>,
    /// What is searched; also the accessible name.
    #[prop(into)]
    label: String,
    #[prop(optional)] node_ref: NodeRef<leptos::html::Input>,
) -> AnyView {
    view! {
        <span class="affix">
            <Icon glyph=lu::LuSearch />
            <input
                node_ref=node_ref
                class="control"
                type="search"
                aria-label=label.clone()
                placeholder=label
                autocomplete="off"
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </span>
    }
    .into_any()
}
