//! A history of sign-ins: one's own, a member's, or those of all members.

use leptos::prelude::*;
use shared::Page;
use shared::account::{SignIn, SignInOutcome};

use crate::api::{self, ApiError};
use crate::ui::{Badge, Button, Tone, When};
use crate::ui::{ErrorState, SkeletonRows};

/// With `names` each entry says whose it is.
#[component]
pub fn SignIns(#[prop(into)] path: String, #[prop(optional)] names: bool) -> AnyView {
    let rows = RwSignal::new(None::<Vec<SignIn>>);
    let next = RwSignal::new(None::<String>);
    let error = RwSignal::new(None::<ApiError>);
    let path = StoredValue::new(path);
    let load = move |cursor: Option<String>| {
        error.set(None);
        let cursor = cursor
            .map(|cursor| format!("&cursor={cursor}"))
            .unwrap_or_default();
        let path = path.with_value(|path| format!("{path}?limit=20{cursor}"));
        leptos::task::spawn_local(async move {
            match api::get::<Page<SignIn>>(&path).await {
                Ok(page) => {
                    _ = rows.try_update(|rows| rows.get_or_insert_default().extend(page.items));
                    _ = next.try_set(page.next_cursor);
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
        });
    };
    load(None);
    let entry = move |one: SignIn| {
        let tone = match one.outcome {
            SignInOutcome::Success => Tone::Good,
            SignInOutcome::Unknown => Tone::default(),
            _ => Tone::Bad,
        };
        let who = names.then(|| view! { <span class="font-medium" dir="auto">{one.name}</span> });
        view! {
            <li class="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
                <Badge tone>{one.outcome.label()}</Badge>
                {who}
                <span class="text-sm text-muted">
                    {one.device} " · " {one.ip.unwrap_or_else(|| "unknown address".to_owned())}
                </span>
                <span class="ml-auto text-sm text-muted"><When at=one.at /></span>
            </li>
        }
    };
    let body = move || match (rows.get(), error.get()) {
        (None, Some(error)) => {
            view! { <ErrorState error retry=Callback::new(move |()| load(None)) /> }.into_any()
        }
        (None, None) => view! { <SkeletonRows rows=4 /> }.into_any(),
        (Some(rows), _) if rows.is_empty() => {
            view! { <p class="p-4 text-sm text-muted">"Nobody has signed in so far."</p> }.into_any()
        }
        (Some(rows), _) => {
            view! { <ul class="divide-y divide-line">{rows.into_iter().map(entry).collect_view()}</ul> }
                .into_any()
        }
    };
    view! {
        {body}
        <Show when=move || next.with(Option::is_some)>
            <div class="p-3">
                <Button small=true on_press=move |()| load(next.get_untracked())>"Show earlier ones"</Button>
            </div>
        </Show>
    }
    .into_any()
}
