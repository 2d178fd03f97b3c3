//! The second factor: whether there is one, setting it up, removing it.

use leptos::prelude::*;
use shared::account::RecoveryCodes;

use super::Shown;
use super::codes::CodesDialog;
use super::enrol::EnrolDialog;
use crate::api::{self, ApiError};
use crate::pages::refused::Refused;
use crate::state::{SessionState, Toasts};
use crate::ui::{Badge, Button, Card, Tone, Variant, When, lu};

#[component]
pub(super) fn SecondFactor(shown: Shown) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let enrolling = RwSignal::new(false);
    let codes = RwSignal::new(Vec::<String>::new());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let changed = Callback::new(move |new: Vec<String>| {
        codes.set(new);
        shown.load();
        session.load();
    });
    let renew = move |()| {
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::post::<RecoveryCodes>("/api/account/recovery-codes", &()).await {
                Ok(new) => changed.run(new.codes),
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let remove = move |()| {
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::delete("/api/account/second-factor").await {
                Ok(()) => {
                    toasts.show(Tone::Good, "The second factor is removed");
                    shown.load();
                    session.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let state = move || {
        let account = shown.account.get()?;
        Some(match account.second_factor_since {
            Some(since) => view! {
                <p class="flex flex-wrap items-center gap-2">
                    <Badge tone=Tone::Good icon=lu::LuShieldCheck>"On"</Badge>
                    <span class="text-sm text-muted">"Set up " <When at=since /></span>
                </p>
                <p class="text-sm text-muted">
                    {format!("{} of 10 recovery codes are left.", account.recovery_codes_left)}
                </p>
                <div class="flex flex-wrap gap-2">
                    <Button loading=asking on_press=renew>"New recovery codes"</Button>
                    {(!account.second_factor_required)
                        .then(|| {
                            view! {
                                <Button variant=Variant::Danger loading=asking on_press=remove>
                                    "Remove second factor"
                                </Button>
                            }
                        })}
                </div>
            }
            .into_any(),
            None => view! {
                <p class="text-sm text-muted">
                    "An app on your phone shows a code that is asked for when you sign in, so that your password alone is worth nothing."
                </p>
                <div>
                    <Button variant=Variant::Primary icon=lu::LuSmartphone on_press=move |()| enrolling.set(true)>
                        "Set up second factor"
                    </Button>
                </div>
            }
            .into_any(),
        })
    };
    view! {
        <Card title="Second factor" padded=true>
            <div class="grid gap-3">{state} <Refused error fields=&[] /></div>
            <EnrolDialog open=enrolling changed />
            <CodesDialog codes />
        </Card>
    }
    .into_any()
}
