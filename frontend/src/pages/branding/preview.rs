//! The sign-in page and the product as they will look, in both themes.

use leptos::prelude::*;
use shared::branding::Branding;
use shared::letters;
use shared::palette::{Palette, Scheme};

use super::form::Draft;
use crate::ui::Card;

#[component]
pub(super) fn Preview(draft: Draft, branding: RwSignal<Option<Branding>>) -> AnyView {
    let pane = move |is_dark: bool| {
        view! {
            <figure class="grid gap-2">
                <figcaption class="text-sm text-muted">{if is_dark { "Dark" } else { "Light" }}</figcaption>
                <div class="brand-preview" style=move || style(draft, branding, is_dark) aria-hidden="true">
                    {move || inside(draft, branding, is_dark)}
                </div>
            </figure>
        }
    };
    view! {
        <Card title="Preview" padded=true>
            <div class="grid gap-4 sm:grid-cols-2">{pane(false)} {pane(true)}</div>
        </Card>
    }
    .into_any()
}

/// The palette of one theme, whatever theme the page itself has.
fn style(draft: Draft, branding: RwSignal<Option<Branding>>, is_dark: bool) -> String {
    let above = branding.with(|b| b.as_ref().and_then(|b| b.inherited_colour.clone()));
    let typed = letters::lower(&draft.colour.get());
    let palette = Palette::from_hex(typed.trim()).or_else(|| above.as_deref().and_then(Palette::from_hex));
    let theme = if is_dark { "dark" } else { "light" };
    let mut style = format!("color-scheme:{theme};");
    if let Some(palette) = palette {
        let Scheme {
            solid,
            hover,
            on,
            text,
            soft,
        } = if is_dark { palette.dark } else { palette.light };
        for (name, colour) in [
            ("", solid),
            ("-hover", hover),
            ("-on", on),
            ("-text", text),
            ("-soft", soft),
        ] {
            style += &format!("--brand{name}:{};", colour.hex());
        }
    }
    style
}

fn inside(draft: Draft, branding: RwSignal<Option<Branding>>, is_dark: bool) -> AnyView {
    let Some(branding) = branding.get() else {
        return ().into_any();
    };
    let or = |typed: RwSignal<String>, above: Option<String>| {
        Some(typed.get())
            .filter(|typed| !typed.trim().is_empty())
            .or(above)
    };
    let name = or(draft.app_name, Some(branding.inherited.app_name)).unwrap_or_default();
    let title = or(draft.sign_in_title, branding.inherited.sign_in_title);
    let text = or(draft.sign_in_text, branding.inherited.sign_in_text);
    let look = branding.look;
    let logo = if is_dark {
        look.logo_dark.or(look.logo)
    } else {
        look.logo
    };
    let first = letters::upper(&name.chars().take(1).collect::<String>());
    let mark = match logo {
        Some(logo) => view! { <img src=logo alt="" class="brand-logo" style="height:24px" /> }.into_any(),
        None => view! {
            <span class="grid size-6 flex-none place-content-center rounded-md bg-brand font-semibold text-on-brand">{first}</span>
        }
        .into_any(),
    };
    view! {
        <div class="grid gap-3 p-4">
            <div class="flex items-center gap-2 font-semibold" dir="auto">
                {mark} <span class="truncate">{name}</span>
            </div>
            {title.map(|title| view! { <p class="text-lg font-semibold" dir="auto">{title}</p> })}
            {text.map(|text| view! { <p class="text-sm whitespace-pre-line text-muted" dir="auto">{text}</p> })}
            <span class="control flex items-center text-muted">"name@example.com"</span>
            <span class="btn btn-primary">
                <span class="btn-body">"Sign in"</span>
            </span>
            <div class="grid gap-1 border-t border-line pt-3 text-sm">
                <span class="rounded-md bg-brand-soft px-2 py-1 text-brand-text">"Calls"</span>
                <span class="px-2 py-1 text-muted">"Agents"</span>
                <span class="px-2 text-brand-text underline">"A link"</span>
            </div>
        </div>
    }
    .into_any()
}
