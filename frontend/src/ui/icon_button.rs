//! A button that shows an icon alone; its label is read aloud and shown as a tooltip.

use leptos::prelude::*;

use super::button::Variant;
use super::icon::{Glyph, Icon};

/// `tip_side` is `left` or `right` where a centred tooltip would leave the window.
#[component]
pub fn IconButton(
    /// May change with the state; the button, and with it the focus, stays.
    #[prop(into)]
    glyph: Signal<Glyph>,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(default = Variant::Quiet)] variant: Variant,
    #[prop(optional)] small: bool,
    #[prop(optional)] tip_side: Option<&'static str>,
    #[prop(optional, into)] pressed: Option<Signal<bool>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> AnyView {
    view! {
        <button
            type="button"
            class=format!("{} btn-icon", variant.class(small))
            aria-label=move || label.get()
            data-tip=move || label.get()
            data-tip-side=tip_side
            aria-pressed=move || pressed.map(|p| p.get().to_string())
            disabled=move || disabled.get()
            on:click=move |_| on_press.run(())
        >
            {move || view! { <Icon glyph=glyph.get() /> }}
        </button>
    }
    .into_any()
}
