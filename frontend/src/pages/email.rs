//! One's own e-mail address: whether it is confirmed, and another one.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::account_email::{ChangeEmail, OwnEmail};

use crate::api::{self, ApiError};
use crate::format;
use crate::frame::Page;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::{SessionState, Toasts};
use crate::ui::{Badge, Button, Card, ErrorState, Field, Input, SecretField, SkeletonRows, Tone, Variant};

const PATH: &str = "/api/account/email";

/// `/account/email`.
pub struct EmailPage;

#[lazy_route]
impl LazyRoute for EmailPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Email /> }.into_any()
    }
}

type Found = RwSignal<Option<Result<OwnEmail, ApiError>>>;

#[component]
fn Email() -> AnyView {
    let found: Found = RwSignal::new(None);
    let load = move || {
        leptos::task::spawn_local(async move {
            let reply = api::get::<OwnEmail>(PATH).await;
            _ = found.try_set(Some(reply));
        });
    };
    load();
    let body = move || match found.get() {
        None => view! { <Card><SkeletonRows rows=3 /></Card> }.into_any(),
        Some(Err(error)) => view! { <ErrorState error retry=Callback::new(move |()| load()) /> }.into_any(),
        Some(Ok(own)) => view! {
            <Present own=own.clone() found />
            <Change own found />
        }
        .into_any(),
    };
    view! {
        <Page title="E-mail address">
            <div class="grid max-w-2xl gap-4">{body}</div>
        </Page>
    }
    .into_any()
}

#[component]
fn Present(own: OwnEmail, found: Found) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let send = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::post::<OwnEmail>(&format!("{PATH}/verify"), &()).await {
                Ok(own) => {
                    toasts.show(Tone::Good, format!("A link is on its way to {}", own.email));
                    _ = found.try_set(Some(Ok(own)));
                }
                Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
            }
            _ = busy.try_set(false);
        });
    };
    let state = match own.verified_at {
        Some(_) => view! { <Badge tone=Tone::Good>"Confirmed"</Badge> }.into_any(),
        None => view! { <Badge tone=Tone::Warn>"Not confirmed"</Badge> }.into_any(),
    };
    let action = (own.verified_at.is_none() && own.mail_ready).then(|| {
        view! {
            <Button loading=busy on_press=send>
                "Send a link to confirm it"
            </Button>
        }
    });
    let pending = own.pending.zip(own.pending_until).map(|(email, until)| {
        let until = format::date_time(until, &SessionState::here().zone());
        view! {
            <p class="text-sm text-muted">
                {format!("A link was sent to {email}. It works until {until}.")}
            </p>
        }
    });
    view! {
        <Card title="Present address" padded=true>
            <div class="grid gap-3">
                <div class="flex flex-wrap items-center justify-between gap-3">
                    <span class="flex flex-wrap items-center gap-2">
                        <span class="font-medium break-all">{own.email.to_string()}</span>
                        {state}
                    </span>
                    {action}
                </div>
                {pending}
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Change(own: OwnEmail, found: Found) -> AnyView {
    if !own.mail_ready {
        return view! {
            <p class="text-sm text-muted">"Mail is not set up on this server, so the address can not be changed."</p>
        }
        .into_any();
    }
    let toasts = expect_context::<Toasts>();
    let form = Form::new();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let present = own.email;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = ChangeEmail {
            email: email.get_untracked(),
            password: password.get_untracked(),
        };
        if !form.begins(request.validate(&present)) {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::put::<OwnEmail>(PATH, &request).await {
                Ok(own) => {
                    toasts.show(Tone::Good, "Follow the link that was sent to the new address");
                    form.end();
                    _ = found.try_set(Some(Ok(own)));
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    view! {
        <Card title="Another address" padded=true>
            <form class="grid gap-4" novalidate on:submit=submit>
                <p class="text-sm text-muted">
                    "A link is sent to the new address. Once you follow it, you sign in with that address."
                </p>
                <Field label="New e-mail" error=form.field("email")>
                    <Input value=email kind="email" autocomplete="email" />
                </Field>
                <Field label="Password" error=form.field("password")>
                    <SecretField value=password autocomplete="current-password" />
                </Field>
                <Refused error=form.error fields=&["email", "password"] />
                <div class="flex justify-end">
                    <Button variant=Variant::Primary submit=true loading=form.busy>
                        "Send the link"
                    </Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
