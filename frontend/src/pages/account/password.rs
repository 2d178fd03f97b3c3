//! A new password. What a form can tell is told while it is typed.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::account::ChangePassword;
use shared::password;

use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::state::Toasts;
use crate::ui::{Button, Card, Field, SecretField, Tone};

#[component]
pub(super) fn ChangePasswordCard() -> AnyView {
    let toasts = expect_context::<Toasts>();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let body = ChangePassword {
            current: current.get_untracked(),
            new: new.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match api::put_empty("/api/account/password", &body).await {
                Ok(()) => {
                    _ = current.try_set(String::new());
                    _ = new.try_set(String::new());
                    toasts.show(
                        Tone::Good,
                        "The password is changed, and every other session has ended",
                    );
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let refused =
        move |name: &'static str| error.with(|error| error.as_ref().and_then(|error| error.field(name)));
    let new_error = Signal::derive(move || {
        // Not before there is enough of it to judge.
        let typed = new.with(|new| {
            (new.chars().count() >= password::MIN_LENGTH)
                .then(|| password::complaint(new))
                .flatten()
                .map(str::to_owned)
        });
        typed.or_else(|| refused("new"))
    });
    view! {
        <Card title="Password" padded=true>
            <form class="grid gap-4" novalidate on:submit=submit>
                <Field label="Present password" error=Signal::derive(move || refused("current"))>
                    <SecretField value=current name="current-password" autocomplete="current-password" />
                </Field>
                <Field label="New password" hint=password::HINT error=new_error>
                    <SecretField value=new name="new-password" autocomplete="new-password" />
                </Field>
                <Refused error fields=&["current", "new"] />
                <div>
                    <Button submit=true loading=asking>
                        "Change password"
                    </Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
