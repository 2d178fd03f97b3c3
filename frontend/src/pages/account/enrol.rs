//! Setting up a second factor: scan, then show a first code.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::account::{Code, Enrolment, RecoveryCodes};

use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::ui::{Button, CopyField, Dialog, Field, Input, Skeleton, Variant};

/// `changed` gets the recovery codes.
#[component]
pub(super) fn EnrolDialog(open: RwSignal<bool>, changed: Callback<Vec<String>>) -> AnyView {
    view! {
        <Dialog open title="Set up second factor">
            <Enrol open changed />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Enrol(open: RwSignal<bool>, changed: Callback<Vec<String>>) -> AnyView {
    let begun = RwSignal::new(None::<Enrolment>);
    let code = RwSignal::new(String::new());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    leptos::task::spawn_local(async move {
        match api::post::<Enrolment>("/api/account/second-factor", &()).await {
            Ok(enrolment) => _ = begun.try_set(Some(enrolment)),
            Err(refused) => _ = error.try_set(Some(refused)),
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let body = Code {
            code: code.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match api::put::<RecoveryCodes>("/api/account/second-factor", &body).await {
                Ok(codes) => {
                    _ = open.try_set(false);
                    changed.run(codes.codes);
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let code_error =
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field("code"))));
    let picture = move || match begun.get() {
        None => view! { <Skeleton class="h-55 w-55" /> }.into_any(),
        Some(begun) => view! {
            <div
                class="w-fit rounded-md border border-line bg-white p-2"
                role="img"
                aria-label="QR code for an authenticator app"
                inner_html=begun.qr_svg
            ></div>
            <p class="text-sm text-muted">"Or type this key into the app:"</p>
            <CopyField value=begun.secret />
            <p class="text-sm">
                <a class="link" href=begun.uri>"Open an authenticator app on this device"</a>
            </p>
        }
        .into_any(),
    };
    view! {
        <form class="grid gap-3" novalidate on:submit=submit>
            <p class="text-sm">"Scan this with an authenticator app, then enter the code that it shows."</p>
            {picture}
            <Field label="Code of the app" error=code_error>
                <Input value=code autocomplete="one-time-code" />
            </Field>
            <Refused error fields=&["code"] />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary submit=true loading=asking>
                    "Switch on"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
