//! Making a key; the key itself is shown once.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::api_key::{CreateApiKey, NEVER, NewApiKey};
use shared::{Permission, PermissionSet};

use super::KeyList;
use crate::api::{self, ApiError};
use crate::pages::permission_list::PermissionList;
use crate::pages::refused::Refused;
use crate::state::SessionState;
use crate::ui::{Button, Choice, CopyField, Field, Input, Select, Textarea, Variant};

const FIELDS: &[&str] = &["name", "permissions", "networks", "expires_in_days"];

#[component]
pub(super) fn CreateKey(list: KeyList, open: RwSignal<bool>) -> AnyView {
    let made = RwSignal::new(None::<NewApiKey>);
    let body = move || match made.get() {
        Some(made) => shown_once(&made.key, open),
        None => view! { <Form list made /> }.into_any(),
    };
    view! { {body} }.into_any()
}

fn shown_once(key: &str, open: RwSignal<bool>) -> AnyView {
    let origin = window().location().origin().unwrap_or_default();
    let example = format!("curl -H 'Authorization: Bearer {key}' {origin}/api/calls");
    view! {
        <div class="grid gap-4">
            <p>"This is the key. It is shown this once: keep it where the program finds it."</p>
            <CopyField value=key.to_owned() />
            <p class="text-sm text-muted">"Such as:"</p>
            <CopyField value=example />
            <div class="flex justify-end">
                <Button variant=Variant::Primary on_press=move |()| open.set(false)>
                    "I have kept it"
                </Button>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Form(list: KeyList, made: RwSignal<Option<NewApiKey>>) -> AnyView {
    let session = SessionState::here();
    let (name, networks) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let days = RwSignal::new("90".to_owned());
    let chosen = RwSignal::new(PermissionSet::default());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let lines = networks.get_untracked();
        let lines = lines
            .split([',', '\n'])
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let body = CreateApiKey {
            name: name.get_untracked(),
            permissions: chosen.with_untracked(|set| set.iter().map(|p| p.code().to_owned()).collect()),
            networks: lines.map(str::to_owned).collect(),
            expires_in_days: days.with_untracked(|days| days.parse().ok()),
        };
        leptos::task::spawn_local(async move {
            match api::post::<NewApiKey>("/api/api-keys", &body).await {
                Ok(new) => {
                    _ = made.try_set(Some(new));
                    list.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let field = move |name: &'static str| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.field(name))))
    };
    // One gives only what one has.
    let shown = Signal::derive(move || {
        let own = session.session().map(|session| session.permissions.clone());
        let never: PermissionSet = NEVER.iter().copied().collect();
        own.unwrap_or_default().difference(&never)
    });
    let control = move |permission: Permission| {
        view! {
            <input
                type="checkbox"
                aria-label=permission.label()
                prop:checked=move || chosen.with(|set| set.contains(permission))
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    let one: PermissionSet = std::iter::once(permission).collect();
                    chosen.update(|set| *set = if on { set.union(&one) } else { set.difference(&one) });
                }
            />
        }
        .into_any()
    };
    let ends = Signal::stored(vec![
        Choice::new("30", "In 30 days"),
        Choice::new("90", "In 90 days"),
        Choice::new("365", "In a year"),
        Choice::new("", "Never"),
    ]);
    view! {
        <form class="grid gap-5" novalidate on:submit=submit>
            <Field label="Name" hint="What it is for." error=field("name")>
                <Input value=name />
            </Field>
            <Field label="Expires" error=field("expires_in_days")>
                <Select choices=ends value=days />
            </Field>
            <Field
                label="Only from these networks"
                optional=true
                hint="One a line, such as 203.0.113.0/24. Empty: from anywhere."
                error=field("networks")
            >
                <Textarea value=networks />
            </Field>
            <PermissionList shown control=Callback::new(control) />
            <p class="field-error" role="alert">{field("permissions")}</p>
            <Refused error fields=FIELDS />
            <div class="flex justify-end">
                <Button variant=Variant::Primary submit=true loading=asking>
                    "Make key"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
