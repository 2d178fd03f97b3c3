//! What is asked of who accepts: a new person names himself and chooses a password, who founds an agency names it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::auth::Session;
use shared::invitation::{AcceptInvitation, InvitationOffer, InvitedAccount};
use shared::slug;

use super::column::Submit;
use crate::address;
use crate::api;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::ui::{Field, Input, SecretField};

const FIELDS: &[&str] = &["name", "password", "company", "slug"];

#[component]
pub(super) fn InviteForm(offer: InvitationOffer) -> AnyView {
    let form = Form::new();
    let founds = offer.kind.founds();
    let is_new = offer.account == InvitedAccount::New && offer.signed_in_as.is_none();
    let company = offer.terms.as_ref().map(|terms| terms.company.clone());
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (company, short) = (
        RwSignal::new(company.unwrap_or_default()),
        RwSignal::new(String::new()),
    );
    let account = if is_new {
        InvitedAccount::New
    } else {
        InvitedAccount::Existing
    };
    let kind = offer.kind;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = AcceptInvitation {
            token: address::fragment(),
            name: name.get_untracked(),
            password: password.get_untracked(),
            company: company.get_untracked(),
            slug: Some(short.get_untracked()).filter(|short| !short.trim().is_empty()),
            timezone: founds.then(own_zone).flatten(),
        };
        if !form.begins(request.validate(kind, account)) {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::post::<Session>("/api/auth/invitation/accept", &request).await {
                // It stays busy until the application stands in its place.
                Ok(_) => _ = window().location().replace("/"),
                Err(error) => form.refuse(error),
            }
        });
    };
    let suggested = Signal::derive(move || slug::suggest(&company.get()));
    let address = offer.email.to_string();
    let person = is_new.then(|| {
        view! {
            <Field label="Your name" error=form.field("name")>
                <Input value=name name="name" autocomplete="name" autofocus=true />
            </Field>
            // For password managers.
            <input type="email" name="email" autocomplete="username" value=address hidden />
            <Field
                label="Password"
                hint=shared::password::HINT
                error=form.field("password")
            >
                <SecretField value=password name="password" autocomplete="new-password" />
            </Field>
        }
    });
    let agency = founds.then(|| {
        view! {
            <Field label="Company" error=form.field("company")>
                <Input value=company name="organization" autocomplete="organization" />
            </Field>
            <Field label="Short name for addresses" optional=true error=form.field("slug")>
                <Input value=short />
            </Field>
            <p class="-mt-2 text-sm text-muted">
                {move || {
                    let suggested = suggested.get();
                    (!suggested.is_empty()).then(|| format!("Left empty, it becomes {suggested}."))
                }}
            </p>
        }
    });
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            {person} {agency} <Refused error=form.error fields=FIELDS />
            <Submit label=if founds { "Open the agency" } else { "Accept the invitation" } busy=form.busy />
        </form>
    }
    .into_any()
}

/// The browser's own zone.
fn own_zone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into())
        .ok()?
        .as_string()
}
