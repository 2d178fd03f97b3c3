//! On or off, at once.

use leptos::prelude::*;

use super::uid::uid;

#[component]
pub fn Switch(
    on: RwSignal<bool>,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Called with the new state after a press.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
) -> AnyView {
    let id = uid();
    view! {
        <div class="flex items-center justify-between gap-4">
            <div id=id.clone()>
                <div class="font-medium">{label}</div>
                {(!hint.is_empty()).then(|| view! { <p class="field-hint">{hint}</p> })}
            </div>
            <button
                type="button"
                role="switch"
                class="switch"
                aria-labelledby=id
                aria-checked=move || on.get().to_string()
                disabled=move || disabled.get()
                on:click=move |_| {
                    on.update(|on| *on = !*on);
                    if let Some(change) = on_change {
                        change.run(on.get_untracked());
                    }
                }
            ></button>
        </div>
    }
    .into_any()
}
