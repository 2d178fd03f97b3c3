//! What an organization is and how it is, with the way into it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::Permission;
use shared::customer::{OrganizationDetail, UpdateOrganization};

use super::detail::Shown;
use super::table;
use crate::api::{self, ApiError};
use crate::format;
use crate::frame::Entering;
use crate::state::{SessionState, Toasts};
use crate::ui::{Button, Fact, Facts, Field, Input, Textarea, Tone, Variant, When, lu};

#[component]
pub(super) fn Overview(shown: Shown) -> AnyView {
    let session = SessionState::here();
    let may_edit = untrack(|| session.may(Permission::OrganizationsEdit));
    let facts = move || shown.detail.with(|detail| detail.as_ref().map(facts));
    view! {
        <div class="grid gap-6">
            <Enter shown />
            {facts}
            {may_edit.then(|| view! { <Edit shown /> })}
        </div>
    }
    .into_any()
}

#[component]
fn Enter(shown: Shown) -> AnyView {
    let entering = Entering::here();
    let may = untrack(|| SessionState::here().may(Permission::OrganizationsEnter));
    let enter = move |()| {
        let wanted = shown.detail.with_untracked(|detail| {
            detail
                .as_ref()
                .map(|detail| (detail.summary.id, detail.summary.name.clone()))
        });
        if let Some((id, name)) = wanted {
            entering.go(id, name);
        }
    };
    may.then(|| {
        view! {
            <div>
                <Button icon=lu::LuDoorOpen on_press=enter>
                    "Enter"
                </Button>
            </div>
        }
    })
    .into_any()
}

fn facts(detail: &OrganizationDetail) -> AnyView {
    let of = &detail.summary;
    let fact = |name: &'static str, value: String| view! { <Fact name>{value}</Fact> };
    let number = |n: i64| format::integer(n as f64);
    let reason = of.status_reason.clone();
    let rate = of.success_rate_7d.map(|rate| {
        fact(
            "Successful, 7 days",
            format!("{} of the judged", format::percent(rate)),
        )
    });
    let last = of.last_call_at.map(|at| {
        view! {
            <Fact name="Last call">
                <When at />
            </Fact>
        }
    });
    let made = of.created_at;
    let (status, address) = (table::status(of), of.slug.clone());
    let (agents, members) = (number(of.agents), number(of.members));
    let (calls, running) = (number(of.calls_7d()), number(of.running_calls));
    view! {
        <Facts>
            <Fact name="Status">{status}</Fact>
            {reason.map(|reason| fact("Because", reason))}
            {fact("Address", address)}
            {fact("Agents", agents)}
            {fact("Members", members)}
            {fact("Calls, 7 days", calls)}
            {rate}
            {fact("Running calls", running)}
            {last}
            <Fact name="Made">
                <When at=made />
            </Fact>
        </Facts>
    }
    .into_any()
}

#[component]
fn Edit(shown: Shown) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let read = |part: fn(&OrganizationDetail) -> String| {
        RwSignal::new(
            shown
                .detail
                .with_untracked(|detail| detail.as_ref().map(part).unwrap_or_default()),
        )
    };
    let name = read(|detail| detail.summary.name.clone());
    let slug = read(|detail| detail.summary.slug.clone());
    let timezone = read(|detail| detail.summary.timezone.clone());
    let contact = read(|detail| detail.summary.contact_email.clone().unwrap_or_default());
    let note = read(|detail| detail.note.clone());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let field = move |name: &'static str| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field(name))))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let id = shown
            .detail
            .with_untracked(|detail| detail.as_ref().map(|detail| detail.summary.id));
        let (Some(id), false) = (id, asking.get_untracked()) else {
            return;
        };
        let request = UpdateOrganization {
            name: Some(name.get_untracked()),
            slug: Some(slug.get_untracked().trim().to_owned()),
            timezone: Some(timezone.get_untracked().trim().to_owned()),
            contact_email: Some(contact.get_untracked()),
            note: Some(note.get_untracked()),
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::patch::<OrganizationDetail>(&format!("/api/organizations/{id}"), &request).await {
                Ok(detail) => {
                    shown.take(detail);
                    toasts.show(Tone::Good, "Saved");
                }
                Err(refused) => {
                    toasts.show(Tone::Bad, refused.title());
                    _ = error.try_set(Some(refused));
                }
            }
            _ = asking.try_set(false);
        });
    };
    view! {
        <form class="grid gap-4 border-t border-line pt-5" novalidate on:submit=submit>
            <Field label="Name" error=field("name")>
                <Input value=name />
            </Field>
            <Field label="Address" hint="The short name in addresses: a–z, 0–9 and hyphens." error=field("slug")>
                <Input value=slug />
            </Field>
            <Field label="Time zone" hint="By its IANA name, such as Europe/Berlin." error=field("timezone")>
                <Input value=timezone />
            </Field>
            <Field label="Contact e-mail" optional=true error=field("contact_email")>
                <Input value=contact kind="email" />
            </Field>
            <Field label="Note" optional=true hint="Seen by you and your team only." error=field("note")>
                <Textarea value=note />
            </Field>
            <div>
                <Button variant=Variant::Primary submit=true loading=asking>
                    "Save"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
