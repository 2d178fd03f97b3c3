//! One's own organization: its name, and what of its limits is used.

mod used;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::Permission;
use shared::customer::{OwnOrganization, UpdateOwnOrganization};

use crate::api::{self, ApiError};
use crate::frame::Page;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Card, ErrorState, Field, Input, SkeletonRows, Tone, Variant};
use used::UsedLimits;

/// `/settings/organization`.
pub struct OrganizationPage;

#[lazy_route]
impl LazyRoute for OrganizationPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <OwnSettings /> }.into_any()
    }
}

#[component]
fn OwnSettings() -> AnyView {
    let own = RwSignal::new(None::<OwnOrganization>);
    let error = RwSignal::new(None::<ApiError>);
    let load = move || {
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::get::<OwnOrganization>("/api/organization").await {
                Ok(read) => _ = own.try_set(Some(read)),
                Err(failed) => _ = error.try_set(Some(failed)),
            }
        });
    };
    load();
    let there = Memo::new(move |_| own.with(Option::is_some));
    let body = move || {
        if let Some(error) = error.get() {
            return view! {
                <Card>
                    <ErrorState error retry=Callback::new(move |()| load()) />
                </Card>
            }
            .into_any();
        }
        if !there.get() {
            return view! {
                <Card>
                    <SkeletonRows rows=6 />
                </Card>
            }
            .into_any();
        }
        view! {
            <Card title="Organization" padded=true>
                <Edit own />
            </Card>
            <Card title="Limits" padded=true>
                {move || own.with(|own| own.as_ref().map(|own| view! { <UsedLimits allowance=own.allowance.clone() /> }))}
            </Card>
        }
        .into_any()
    };
    view! {
        <Page title="Organization">
            <div class="mx-auto grid max-w-[720px] gap-4">{body}</div>
        </Page>
    }
    .into_any()
}

#[component]
fn Edit(own: RwSignal<Option<OwnOrganization>>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let session = SessionState::here();
    let may = untrack(|| session.may(Permission::OrganizationEdit));
    let read = |part: fn(&OwnOrganization) -> String| {
        RwSignal::new(own.with_untracked(|own| own.as_ref().map(part).unwrap_or_default()))
    };
    let name = read(|own| own.organization.name.clone());
    let timezone = read(|own| own.organization.timezone.clone());
    let contact = read(|own| own.contact_email.clone().unwrap_or_default());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let field = move |name: &'static str| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field(name))))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        let request = UpdateOwnOrganization {
            name: Some(name.get_untracked()),
            timezone: Some(timezone.get_untracked().trim().to_owned()),
            contact_email: Some(contact.get_untracked()),
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::patch::<OwnOrganization>("/api/organization", &request).await {
                Ok(changed) => {
                    _ = own.try_set(Some(changed));
                    toasts.show(Tone::Good, "Saved");
                    // Name and zone stand in the session too.
                    session.load();
                }
                Err(refused) => {
                    toasts.show(Tone::Bad, refused.title());
                    _ = error.try_set(Some(refused));
                }
            }
            _ = asking.try_set(false);
        });
    };
    let locked = Signal::stored(!may);
    let address = own.with_untracked(|own| {
        own.as_ref()
            .map(|own| own.organization.slug.clone())
            .unwrap_or_default()
    });
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <Field label="Name" error=field("name")>
                <Input value=name disabled=locked />
            </Field>
            <Field label="Time zone" hint="By its IANA name. Days and charts are cut in it." error=field("timezone")>
                <Input value=timezone disabled=locked />
            </Field>
            <Field
                label="Contact e-mail"
                optional=true
                hint="Shown to those below you when they need somebody to ask."
                error=field("contact_email")
            >
                <Input value=contact kind="email" disabled=locked />
            </Field>
            <p class="text-sm text-muted">
                "Address: " <code>{address}</code> ". Whoever set up the organization can change it."
            </p>
            {may
                .then(|| {
                    view! {
                        <div>
                            <Button variant=Variant::Primary submit=true loading=asking>
                                "Save"
                            </Button>
                        </div>
                    }
                })}
        </form>
    }
    .into_any()
}
