//! `/register`: asks for an agency of one's own, where the platform lets anybody.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::invitation::Register;

use super::column::{Column, Done, Submit, Waiting, app_name, public_info};
use crate::api;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::ui::{ButtonLink, Field, Input};

#[component]
pub(super) fn RegisterPage() -> AnyView {
    let public = public_info();
    let form = Form::new();
    let (email, company) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sent = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = Register {
            email: email.get_untracked(),
            company: company.get_untracked(),
        };
        if !form.begins(request.validate()) {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::send_json("/api/auth/register", &request).await {
                Ok(()) => sent.set(true),
                Err(error) => form.refuse(error),
            }
        });
    };
    let is_open = Signal::derive(move || public.with(|p| p.as_ref().map(|p| p.registration_open)));
    let body = move || {
        match (sent.get(), is_open.get()) {
        (true, _) => view! {
            <Done
                text="A link is on its way to this address. Follow it to go on: there you choose your password and open the agency."
                href="/login"
                label="Back to sign-in"
            />
        }
        .into_any(),
        (false, None) => view! { <Waiting /> }.into_any(),
        (false, Some(false)) => view! {
            <p>"Agencies are founded by invitation here. Ask the platform for one."</p>
            <div>
                <ButtonLink href="/login">"Back to sign-in"</ButtonLink>
            </div>
        }
        .into_any(),
        (false, Some(true)) => view! {
            <form class="grid gap-4" novalidate on:submit=submit>
                <Field label="Company" error=form.field("company")>
                    <Input value=company name="organization" autocomplete="organization" autofocus=true />
                </Field>
                <Field label="E-mail" error=form.field("email")>
                    <Input value=email kind="email" name="email" autocomplete="email" />
                </Field>
                <Refused error=form.error fields=&["email", "company"] />
                <Submit label="Send the link" busy=form.busy />
                <a class="link text-sm" href="/login">
                    "Back to sign-in"
                </a>
            </form>
        }
        .into_any(),
    }
    };
    view! {
        <Column title="Open your agency" name=app_name(public)>
            {body}
        </Column>
    }
    .into_any()
}
