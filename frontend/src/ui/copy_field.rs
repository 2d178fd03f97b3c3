//! Text that is meant to be taken elsewhere.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use super::icon::lu;
use super::icon_button::IconButton;

/// Copies and says so for two seconds.
#[component]
pub fn CopyButton(#[prop(into)] text: String) -> AnyView {
    let copied = RwSignal::new(false);
    let press = move |()| {
        let written = window().navigator().clipboard().write_text(&text);
        leptos::task::spawn_local(async move {
            // Refused where the page is not trusted; then nothing is claimed.
            if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                copied.set(true);
                Timeout::new(2_000, move || _ = copied.try_set(false)).forget();
            }
        });
    };
    view! {
        <IconButton
            glyph=Signal::derive(move || if copied.get() { lu::LuCheck } else { lu::LuCopy })
            label=Signal::derive(move || if copied.get() { "Copied" } else { "Copy" }.to_owned())
            small=true
            tip_side="left"
            on_press=press
        />
    }
    .into_any()
}

/// A value in a box with its copy button.
#[component]
pub fn CopyField(#[prop(into)] value: String) -> AnyView {
    view! {
        <div class="mono-box">
            <code title=value.clone()>{value.clone()}</code>
            <CopyButton text=value />
        </div>
    }
    .into_any()
}
