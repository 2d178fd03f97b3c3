//! Name and address.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::account::{Account, UpdateAccount};

use super::Shown;
use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::state::{SessionState, Toasts};
use crate::ui::{Button, Card, Field, Input, Tone};

#[component]
pub(super) fn Profile(shown: Shown) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let user = shown
        .account
        .with_untracked(|account| account.as_ref().map(|account| account.user.clone()));
    let address = user.as_ref().map(|user| user.email.to_string());
    let name = RwSignal::new(user.map(|user| user.name).unwrap_or_default());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let body = UpdateAccount {
            name: name.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match api::patch::<Account>("/api/account", &body).await {
                Ok(account) => {
                    _ = shown.account.try_set(Some(account));
                    toasts.show(Tone::Good, "Your name is saved");
                    session.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let name_error =
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field("name"))));
    view! {
        <Card title="Profile" padded=true>
            <form class="grid gap-4" novalidate on:submit=submit>
                <p class="text-sm text-muted">{address}</p>
                <Field label="Name" error=name_error>
                    <Input value=name autocomplete="name" />
                </Field>
                <Refused error fields=&["name"] />
                <div>
                    <Button submit=true loading=asking>
                        "Save name"
                    </Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
