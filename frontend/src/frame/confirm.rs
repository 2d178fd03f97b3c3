//! One dialog for every request that wants to hear again that it is he; the request is then sent once more by itself.

use js_sys::Function;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::auth::Confirm;
use wasm_bindgen::JsValue;

use super::later;
use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::state::SessionState;
use crate::ui::{Button, Dialog, Field, Input, SecretField, Variant};

/// Requests that wait for an answer.
#[derive(Clone, Copy)]
pub(super) struct Waiting(StoredValue<Vec<Function>, LocalStorage>);

impl Waiting {
    fn answer(self, confirmed: bool) {
        let all = self.0.try_update_value(std::mem::take).unwrap_or_default();
        for resolve in all {
            // Fails only for a page that is being left.
            _ = resolve.call1(&JsValue::UNDEFINED, &JsValue::from_bool(confirmed));
        }
    }
}

/// The dialog, once the first request wants it.
pub(super) fn confirmation() -> AnyView {
    let open = RwSignal::new(false);
    let waiting = Waiting(StoredValue::new_local(Vec::new()));
    api::on_confirmation(UnsyncCallback::new(move |resolve: Function| {
        waiting.0.update_value(|waiting| waiting.push(resolve));
        open.set(true);
    }));
    let opened = later::once(open);
    (move || opened.get().then(|| later::confirm_dialog(open, waiting))).into_any()
}

#[component]
pub(super) fn ConfirmDialog(open: RwSignal<bool>, waiting: Waiting) -> AnyView {
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        // Closed without an answer: given up. With one, nobody waits any more.
        if before == Some(true) && !now {
            waiting.answer(false);
        }
        now
    });
    view! {
        <Dialog open title="Confirm that it is you">
            <Form open waiting />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(open: RwSignal<bool>, waiting: Waiting) -> AnyView {
    let has_code = SessionState::here()
        .session()
        .is_some_and(|session| session.has_second_factor);
    let password = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let filled = |value: RwSignal<String>| Some(value.get_untracked()).filter(|text| !text.is_empty());
        let body = Confirm {
            password: filled(password),
            code: filled(code),
        };
        leptos::task::spawn_local(async move {
            match api::send_json("/api/auth/confirm", &body).await {
                Ok(()) => {
                    waiting.answer(true);
                    _ = open.try_set(false);
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let field = move |name: &'static str| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field(name))))
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <p class="text-sm text-muted">"This can do harm, so it asks again. It holds for ten minutes."</p>
            <Field label="Your password" error=field("password")>
                <SecretField value=password name="confirm-password" autocomplete="current-password" />
            </Field>
            {has_code
                .then(|| {
                    view! {
                        <Field label="Or a code of your second factor" optional=true error=field("code")>
                            <Input value=code autocomplete="one-time-code" />
                        </Field>
                    }
                })}
            <Refused error fields=&["password", "code"] />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary submit=true loading=asking>
                    "Confirm"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
