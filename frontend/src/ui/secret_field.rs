//! A key or a password: hidden until shown.

use leptos::prelude::*;

use super::field::FieldLink;
use super::icon::lu;
use super::icon_button::IconButton;

/// `autocomplete` is `current-password` on sign-in and `off` for keys.
#[component]
pub fn SecretField(
    value: RwSignal<String>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] name: Option<&'static str>,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> AnyView {
    let link = FieldLink::of_here();
    let (id, note_id, error) = (link.id.clone(), link.note_id(), link.error);
    let shown = RwSignal::new(false);
    view! {
        <span class="affix">
            <input
                class="control pr-9!"
                id=id
                name=name
                type=move || if shown.get() { "text" } else { "password" }
                placeholder=placeholder
                autocomplete=autocomplete
                spellcheck="false"
                autocapitalize="off"
                aria-describedby=note_id
                aria-invalid=move || error.get().map(|_| "true")
                disabled=move || disabled.get()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <span class="affix-end">
                <IconButton
                    glyph=Signal::derive(move || if shown.get() { lu::LuEyeOff } else { lu::LuEye })
                    label=Signal::derive(move || if shown.get() { "Hide" } else { "Show" }.to_owned())
                    small=true
                    tip_side="left"
                    on_press=move |()| shown.update(|shown| *shown = !*shown)
                />
            </span>
        </span>
    }
    .into_any()
}
