//! `/reset#…`: a new password by a mailed link.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::FieldError;
use shared::account_email::{LinkAccount, ResetPassword};
use shared::invitation::LinkToken;

use super::column::{Column, DeadEnd, Done, Submit, Waiting, app_name, public_info};
use crate::address;
use crate::api::{self, ApiError};
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::ui::{Field, SecretField};

#[component]
pub(super) fn Reset() -> AnyView {
    let public = public_info();
    let found = RwSignal::new(None::<Result<LinkAccount, ApiError>>);
    let done = RwSignal::new(false);
    leptos::task::spawn_local(async move {
        let token = address::fragment();
        found.set(Some(
            api::post("/api/auth/reset/check", &LinkToken { token }).await,
        ));
    });
    let body = move || match (done.get(), found.get()) {
        (true, _) => view! {
            <Done
                text="Your password is changed, and all devices are signed out."
                href="/login"
                label="Sign in"
            />
        }
        .into_any(),
        (false, None) => view! { <Waiting /> }.into_any(),
        (false, Some(Err(error))) => {
            view! { <DeadEnd error href="/forgot" label="Ask for a new link" /> }.into_any()
        }
        (false, Some(Ok(account))) => view! { <NewPassword account done /> }.into_any(),
    };
    view! {
        <Column title="Choose a new password" name=app_name(public)>
            {body}
        </Column>
    }
    .into_any()
}

#[component]
fn NewPassword(account: LinkAccount, done: RwSignal<bool>) -> AnyView {
    let form = Form::new();
    let password = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = ResetPassword {
            token: address::fragment(),
            password: password.get_untracked(),
        };
        let checked = match request.password.is_empty() {
            true => Err(vec![FieldError::new("password", "Choose a password")]),
            false => Ok(()),
        };
        if !form.begins(checked) {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::send_json("/api/auth/reset", &request).await {
                Ok(()) => done.set(true),
                Err(error) => form.refuse(error),
            }
        });
    };
    let address = account.email.to_string();
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <p class="text-muted">"For the account " <span class="text-ink">{address.clone()}</span> "."</p>
            // For password managers.
            <input type="email" name="email" autocomplete="username" value=address hidden />
            <Field
                label="New password"
                hint=shared::password::HINT
                error=form.field("password")
            >
                <SecretField value=password name="password" autocomplete="new-password" />
            </Field>
            <Refused error=form.error fields=&["password"] />
            <Submit label="Change password" busy=form.busy />
        </form>
    }
    .into_any()
}
