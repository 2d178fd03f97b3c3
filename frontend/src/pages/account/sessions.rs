//! Where one is signed in, and ending that.

use leptos::prelude::*;
use shared::account::OwnSession;

use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::state::{SessionState, Toasts};
use crate::ui::{Badge, Button, Card, SkeletonRows, Tone, When};

const PATH: &str = "/api/account/sessions";

#[component]
pub(super) fn Sessions() -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let sessions = RwSignal::new(None::<Vec<OwnSession>>);
    let error = RwSignal::new(None::<ApiError>);
    let load = move || {
        leptos::task::spawn_local(async move {
            match api::get::<Vec<OwnSession>>(PATH).await {
                Ok(found) => _ = sessions.try_set(Some(found)),
                Err(refused) => _ = error.try_set(Some(refused)),
            }
        });
    };
    load();
    let end = move |path: String, text: &'static str| {
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::delete(&path).await {
                Ok(()) => {
                    toasts.show(Tone::Good, text);
                    load();
                    session.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
        });
    };
    let row = move |one: OwnSession| {
        let path = format!("{PATH}/{}", one.id);
        let label = if one.current { "Sign out" } else { "End" };
        view! {
            <li class="flex items-start justify-between gap-3 py-2">
                <div class="min-w-0">
                    <div class="flex flex-wrap items-center gap-2 font-medium">
                        {one.device} {one.current.then(|| view! { <Badge tone=Tone::Good>"This one"</Badge> })}
                    </div>
                    <p class="text-sm text-muted">
                        {one.ip} " · last seen " <When at=one.last_seen_at /> " · since " <When at=one.since />
                    </p>
                </div>
                <Button small=true on_press=move |()| end(path.clone(), "The session has ended")>
                    {label}
                </Button>
            </li>
        }
    };
    let body = move || match sessions.get() {
        None => view! { <SkeletonRows rows=2 /> }.into_any(),
        Some(sessions) => {
            let others = sessions.len() > 1;
            view! {
                <ul class="divide-y divide-line" aria-label="Sessions">
                    {sessions.into_iter().map(row).collect_view()}
                </ul>
                {others
                    .then(|| {
                        view! {
                            <div class="mt-3">
                                <Button on_press=move |()| {
                                    end(PATH.to_owned(), "Every other session has ended");
                                }>"End all others"</Button>
                            </div>
                        }
                    })}
            }
            .into_any()
        }
    };
    view! { <Card title="Sessions" padded=true>{body} <Refused error fields=&[] /></Card> }.into_any()
}
