//! Several lines of text; grows with what is written.

use leptos::prelude::*;

use super::field::FieldLink;

#[component]
pub fn Textarea(
    value: RwSignal<String>,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> AnyView {
    let link = FieldLink::of_here();
    let (id, note_id, error) = (link.id.clone(), link.note_id(), link.error);
    view! {
        <textarea
            class="control"
            id=id
            placeholder=placeholder
            aria-describedby=note_id
            aria-invalid=move || error.get().map(|_| "true")
            disabled=move || disabled.get()
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}
