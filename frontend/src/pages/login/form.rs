//! E-mail and password.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde_json::Value;
use shared::account::Code;
use shared::auth::{LoginRequest, Session};
use shared::public::PublicInfo;
use shared::{ErrorCode, FieldError};

use crate::api::{self, ApiError};
use crate::ui::{Button, Field, Icon, Input, SecretField, Variant, lu};

#[component]
pub(super) fn SignInForm(
    email: RwSignal<String>,
    password: RwSignal<String>,
    enter: UnsyncCallback<Session>,
    public: RwSignal<Option<PublicInfo>>,
) -> AnyView {
    let wrong = RwSignal::new(Vec::<FieldError>::new());
    let refused = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    // The password was right, and a code is asked for.
    let asked = RwSignal::new(false);
    let code = RwSignal::new(String::new());
    let of_field = move |name: &'static str| {
        Signal::derive(move || {
            wrong.with(|wrong| {
                wrong
                    .iter()
                    .find(|error| error.field == name)
                    .map(|error| error.message.clone())
            })
        })
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = LoginRequest {
            email: email.get_untracked(),
            password: password.get_untracked(),
        };
        refused.set(None);
        wrong.set(request.validate().err().unwrap_or_default());
        if busy.get_untracked() || wrong.with_untracked(|wrong| !wrong.is_empty()) {
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            let reply = if asked.get_untracked() {
                let code = Code {
                    code: code.get_untracked(),
                };
                api::post::<Value>("/api/auth/second-factor", &code).await
            } else {
                api::post::<Value>("/api/auth/login", &request).await
            };
            match reply {
                Ok(reply) if reply.get("second_factor_required").is_some() => {
                    asked.set(true);
                    busy.set(false);
                }
                // It stays busy until the application stands in its place.
                Ok(reply) => match api::from_value::<Session>(reply) {
                    Ok(session) => enter.run(session),
                    Err(_unreadable) => _ = window().location().reload(),
                },
                Err(error) if error.code() == ErrorCode::NotSignedIn => {
                    asked.set(false);
                    refused.set(Some(words(&error)));
                    busy.set(false);
                }
                Err(error) => {
                    refused.set(Some(words(&error)));
                    busy.set(false);
                }
            }
        });
    };
    view! {
        <form class="card grid gap-4 p-6" novalidate on:submit=submit>
            <h1 class="text-xl font-semibold">"Sign in"</h1>
            {move || {
                refused
                    .get()
                    .map(|text| {
                        view! {
                            <p class="field-error" role="alert">
                                <Icon glyph=lu::LuCircleAlert />
                                {text}
                            </p>
                        }
                    })
            }}
            <div class="grid gap-4" hidden=move || asked.get()>
                <Field label="E-mail" error=of_field("email")>
                    <Input value=email kind="email" name="email" autocomplete="username" autofocus=true />
                </Field>
                <Field label="Password" error=of_field("password")>
                    <SecretField value=password name="password" autocomplete="current-password" />
                </Field>
            </div>
            <div hidden=move || !asked.get()>
                <Field label="Code" hint="The 6 digits of your authenticator app, or a recovery code.">
                    <Input value=code name="code" autocomplete="one-time-code" />
                </Field>
            </div>
            <Button variant=Variant::Primary submit=true loading=busy>
                "Sign in"
            </Button>
            {move || public.with(|public| public.as_ref().map(ways_in))}
        </form>
    }
    .into_any()
}

/// For who can not sign in.
fn ways_in(public: &PublicInfo) -> AnyView {
    let link = |show: bool, href: &'static str, text: &'static str| {
        show.then(|| view! { <a class="link text-sm" href=href>{text}</a> })
    };
    view! {
        <div class="flex flex-wrap justify-between gap-3">
            {link(public.mail_ready, "/forgot", "Forgot password?")}
            {link(public.registration_open, "/register", "Open your agency")}
        </div>
    }
    .into_any()
}

fn words(error: &ApiError) -> String {
    match error.code() {
        ErrorCode::WrongCredentials => "E-mail and password do not belong together. Check both.".to_owned(),
        ErrorCode::WrongSecondFactor => {
            "The code is wrong, or was used before. Wait for the next one.".to_owned()
        }
        ErrorCode::RateLimited => "Too many tries. Wait a few minutes, then try again.".to_owned(),
        _ => format!("{}. {}", error.title(), error.advice()),
    }
}
