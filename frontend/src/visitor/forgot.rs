//! `/forgot`: asks for a link to choose a new password.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::account_email::ForgotPassword;

use super::column::{Column, Done, Submit, app_name, public_info};
use crate::api;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::ui::{Field, Input};

#[component]
pub(super) fn Forgot() -> AnyView {
    let public = public_info();
    let form = Form::new();
    let email = RwSignal::new(String::new());
    let sent = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = ForgotPassword {
            email: email.get_untracked(),
        };
        if !form.begins(request.validate()) {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::send_json("/api/auth/forgot", &request).await {
                Ok(()) => sent.set(true),
                Err(error) => form.refuse(error),
            }
        });
    };
    let body = move || {
        if sent.get() {
            return view! {
                <Done
                    text="If there is an account with this address, a link is on its way. It works for one hour."
                    href="/login"
                    label="Back to sign-in"
                />
            }
            .into_any();
        }
        view! {
            <form class="grid gap-4" novalidate on:submit=submit>
                <p class="text-muted">"Enter the address of your account. You get a link to choose a new password."</p>
                <Field label="E-mail" error=form.field("email")>
                    <Input value=email kind="email" name="email" autocomplete="username" autofocus=true />
                </Field>
                <Refused error=form.error fields=&["email"] />
                <Submit label="Send the link" busy=form.busy />
                <a class="link text-sm" href="/login">
                    "Back to sign-in"
                </a>
            </form>
        }
        .into_any()
    };
    view! {
        <Column title="Forgot your password?" name=app_name(public)>
            {body}
        </Column>
    }
    .into_any()
}
