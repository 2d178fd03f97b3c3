//! What the platform decides for all.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::FieldError;
use shared::platform::PlatformSettings;

use crate::api::{self, ApiError};
use crate::format::hundredths;
use crate::frame::Page;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::Toasts;
use crate::ui::{Button, Card, ErrorState, Field, Input, SkeletonRows, Switch, Tone, Variant};

const PATH: &str = "/api/platform/settings";
const RATE: &str = "registration_commission_basis_points";
const DAYS: &str = "invitation_days";

/// `/platform/settings`.
pub struct PlatformSettingsPage;

#[lazy_route]
impl LazyRoute for PlatformSettingsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Settings /> }.into_any()
    }
}

#[component]
fn Settings() -> AnyView {
    let found = RwSignal::new(None::<Result<PlatformSettings, ApiError>>);
    let load = move || {
        found.set(None);
        leptos::task::spawn_local(async move {
            let reply = api::get::<PlatformSettings>(PATH).await;
            _ = found.try_set(Some(reply));
        });
    };
    load();
    let body = move || match found.get() {
        None => view! { <SkeletonRows rows=3 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorState error retry=Callback::new(move |()| load()) /> }.into_any(),
        Some(Ok(settings)) => view! { <SettingsForm settings /> }.into_any(),
    };
    view! {
        <Page title="Platform settings">
            <Card title="Agencies and invitations" padded=true class="mx-auto w-full max-w-2xl">
                {body}
            </Card>
        </Page>
    }
    .into_any()
}

#[component]
fn SettingsForm(settings: PlatformSettings) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let form = Form::new();
    let is_open = RwSignal::new(settings.registration_open);
    let rate = i64::from(settings.registration_commission_basis_points);
    let rate = RwSignal::new(hundredths::show(rate));
    let days = RwSignal::new(settings.invitation_days.to_string());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let rate = hundredths::parse(&rate.get_untracked()).and_then(|rate| i32::try_from(rate).ok());
        let days = days.get_untracked().trim().parse().ok();
        let wrong = [
            rate.is_none()
                .then(|| FieldError::new(RATE, "Enter a rate such as 12.5")),
            days.is_none()
                .then(|| FieldError::new(DAYS, "Choose 1 to 90 days")),
        ];
        let request = PlatformSettings {
            registration_open: is_open.get_untracked(),
            registration_commission_basis_points: rate.unwrap_or_default(),
            invitation_days: days.unwrap_or(7),
        };
        let wrong: Vec<_> = wrong.into_iter().flatten().collect();
        let checked = if wrong.is_empty() {
            request.validate()
        } else {
            Err(wrong)
        };
        if !form.begins(checked) {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::put::<PlatformSettings>(PATH, &request).await {
                Ok(_) => {
                    toasts.show(Tone::Good, "The settings are saved");
                    form.end();
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    view! {
        <form class="grid gap-5" novalidate on:submit=submit>
            <Switch
                on=is_open
                label="Agencies may register themselves"
                hint="The sign-in page offers it to everybody. An agency is founded once its e-mail address is confirmed."
            />
            <Field
                label="Commission of agencies that register themselves, in %"
                hint="Of what the agency's customers pay."
                error=form.field(RATE)
            >
                <Input value=rate autocomplete="off" />
            </Field>
            <Field
                label="Days for which an invitation can be accepted"
                hint="1 to 90. It holds for invitations that are sent from now on."
                error=form.field(DAYS)
            >
                <Input value=days autocomplete="off" />
            </Field>
            <Refused error=form.error fields=&[RATE, DAYS] />
            <div class="flex justify-end">
                <Button variant=Variant::Primary submit=true loading=form.busy>
                    "Save settings"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
