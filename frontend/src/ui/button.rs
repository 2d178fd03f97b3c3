//! Buttons with words.

use leptos::prelude::*;

use super::icon::{Glyph, Icon, lu};

/// How much a button asks for attention; one primary a view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    Primary,
    #[default]
    Secondary,
    Quiet,
    Danger,
}

impl Variant {
    pub(super) fn class(self, small: bool) -> String {
        let variant = match self {
            Self::Primary => "btn btn-primary",
            Self::Secondary => "btn btn-secondary",
            Self::Quiet => "btn btn-quiet",
            Self::Danger => "btn btn-danger",
        };
        if small {
            format!("{variant} btn-sm")
        } else {
            variant.to_owned()
        }
    }
}

/// A button. While `loading` it keeps its width, shows a spinner and takes no press.
#[component]
pub fn Button(
    #[prop(optional)] variant: Variant,
    #[prop(optional)] small: bool,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] loading: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] icon: Option<Glyph>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> AnyView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=format!("{} {class}", variant.class(small))
            disabled=move || disabled.get() || loading.get()
            aria-busy=move || loading.get().then_some("true")
            on:click=move |_| {
                if let Some(press) = on_press {
                    press.run(());
                }
            }
        >
            {move || loading.get().then(|| view! { <Icon glyph=lu::LuLoaderCircle class="btn-wait spin" /> })}
            <span class="btn-body">{icon.map(|glyph| view! { <Icon glyph /> })} {children()}</span>
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(optional)] variant: Variant,
    #[prop(optional)] small: bool,
    #[prop(optional)] icon: Option<Glyph>,
    children: Children,
) -> AnyView {
    view! {
        <a href=href class=variant.class(small)>
            {icon.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </a>
    }
    .into_any()
}
