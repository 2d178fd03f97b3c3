//! A new organization in three steps: what it is called, what it may, and the way into it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::customer::{CreateOrganization, Limits, OrganizationDetail};
use shared::{Feature, FieldError, OrganizationId, slug};

use super::limits::LimitFields;
use super::list::CustomerList;
use crate::api::{self, ApiError};
use crate::frame::Entering;
use crate::state::{SessionState, Toasts};
use crate::ui::{Button, Choice, Field, Icon, Input, Select, Tone, Variant, lu};

const STEPS: [&str; 3] = ["Name and address", "Limits and features", "Done"];

#[derive(Clone, Copy)]
struct Steps {
    at: RwSignal<usize>,
    name: RwSignal<String>,
    slug: RwSignal<String>,
    timezone: RwSignal<String>,
    contact: RwSignal<String>,
    template: RwSignal<String>,
    /// What the second step begins with.
    given: RwSignal<(Limits, Vec<Feature>)>,
    wrong: RwSignal<Vec<FieldError>>,
    error: RwSignal<Option<ApiError>>,
    asking: RwSignal<bool>,
    made: RwSignal<Option<(OrganizationId, String)>>,
}

impl Steps {
    fn request(self) -> CreateOrganization {
        let filled =
            |text: RwSignal<String>| Some(text.get_untracked().trim().to_owned()).filter(|t| !t.is_empty());
        CreateOrganization {
            name: self.name.get_untracked().trim().to_owned(),
            slug: filled(self.slug),
            timezone: filled(self.timezone),
            contact_email: filled(self.contact),
            template: self.template.get_untracked().parse().ok(),
            ..CreateOrganization::default()
        }
    }

    fn field(self, name: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let own = self
                .wrong
                .with(|wrong| wrong.iter().find(|e| e.field == name).map(|e| e.message.clone()));
            own.or_else(|| {
                self.error
                    .with(|error| error.as_ref().and_then(|error| error.field(name)))
            })
        })
    }
}

/// Closes `open` when it is done.
#[component]
pub(super) fn Wizard(list: CustomerList, open: RwSignal<bool>) -> AnyView {
    let zone = untrack(|| SessionState::here().zone());
    let steps = Steps {
        at: RwSignal::new(0),
        name: RwSignal::new(String::new()),
        slug: RwSignal::new(String::new()),
        timezone: RwSignal::new(zone),
        contact: RwSignal::new(String::new()),
        template: RwSignal::new(String::new()),
        given: RwSignal::new((Limits::default(), Vec::new())),
        wrong: RwSignal::new(Vec::new()),
        error: RwSignal::new(None),
        asking: RwSignal::new(false),
        made: RwSignal::new(None),
    };
    let body = move || match steps.at.get() {
        0 => view! { <Naming steps list /> }.into_any(),
        1 => view! { <Allowing steps list /> }.into_any(),
        _ => view! { <Done steps open /> }.into_any(),
    };
    view! {
        <div class="grid gap-5">
            <ol class="flex flex-wrap gap-x-4 gap-y-1 text-sm">
                {STEPS
                    .into_iter()
                    .enumerate()
                    .map(|(index, label)| {
                        let current = move || steps.at.get() == index;
                        view! {
                            <li
                                class:font-semibold=current
                                class:text-muted=move || !current()
                                aria-current=move || current().then_some("step")
                            >
                                {format!("{}. {label}", index + 1)}
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Naming(steps: Steps, list: CustomerList) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let next = move |event: SubmitEvent| {
        event.prevent_default();
        let wrong = steps.request().validate().err().unwrap_or_default();
        let fine = wrong.is_empty();
        steps.error.set(None);
        steps.wrong.set(wrong);
        if fine {
            start_from_template(steps, toasts);
        }
    };
    let suggested = Signal::derive(move || slug::suggest(&steps.name.get()));
    let templates = Signal::derive(move || {
        let none = Choice::new("", "None: no limits of its own, all features");
        let rows = list.rows.with(|rows| {
            rows.iter()
                .map(|row| Choice::new(row.id.to_string(), row.name.clone()))
                .collect::<Vec<_>>()
        });
        std::iter::once(none).chain(rows).collect::<Vec<_>>()
    });
    view! {
        <form class="grid gap-4" novalidate on:submit=next>
            <Field label="Name" error=steps.field("name")>
                <Input value=steps.name autofocus=true placeholder="Harbor Dental" />
            </Field>
            <Field label="Address" optional=true error=steps.field("slug")>
                <Input value=steps.slug />
            </Field>
            <p class="-mt-2 text-sm text-muted">
                {move || {
                    let suggested = suggested.get();
                    (!suggested.is_empty()).then(|| format!("Left empty, it becomes {suggested}."))
                }}
            </p>
            <Field label="Time zone" hint="Days and charts are cut in it." error=steps.field("timezone")>
                <Input value=steps.timezone />
            </Field>
            <Field label="Contact e-mail" optional=true error=steps.field("contact_email")>
                <Input value=steps.contact kind="email" />
            </Field>
            <Field
                label="Begin like"
                hint="Copies limits, features and own roles, which you can change in the next step."
                error=steps.field("template")
            >
                <Select choices=templates value=steps.template />
            </Field>
            <div>
                <Button variant=Variant::Primary submit=true loading=steps.asking>
                    "Next"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// Shows the next step, filled with what the template has.
fn start_from_template(steps: Steps, toasts: Toasts) {
    let Some(template) = steps.request().template else {
        steps.given.set((Limits::default(), Vec::new()));
        steps.at.set(1);
        return;
    };
    steps.asking.set(true);
    leptos::task::spawn_local(async move {
        match api::get::<OrganizationDetail>(&format!("/api/organizations/{template}")).await {
            Ok(detail) => {
                let given = detail.allowance;
                _ = steps.given.try_set((given.limits, given.features_off));
                _ = steps.at.try_set(1);
            }
            Err(error) => toasts.show(Tone::Bad, error.title()),
        }
        _ = steps.asking.try_set(false);
    });
}

#[component]
fn Allowing(steps: Steps, list: CustomerList) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let fields = steps
        .given
        .with_untracked(|(limits, off)| LimitFields::of(limits, off));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some((limits, features_off)), false) = (fields.read(), steps.asking.get_untracked()) else {
            return;
        };
        let request = CreateOrganization {
            limits: Some(limits),
            features_off: Some(features_off),
            ..steps.request()
        };
        steps.asking.set(true);
        steps.error.set(None);
        leptos::task::spawn_local(async move {
            match api::post::<OrganizationDetail>("/api/organizations", &request).await {
                Ok(detail) => {
                    list.load();
                    _ = steps.made.try_set(Some((detail.summary.id, detail.summary.name)));
                    _ = steps.at.try_set(2);
                }
                Err(refused) => {
                    toasts.show(Tone::Bad, refused.title());
                    // What is wrong with the first step is shown there.
                    let first = ["name", "slug", "timezone", "contact_email", "template"];
                    if first.iter().any(|name| refused.field(name).is_some()) {
                        _ = steps.at.try_set(0);
                    }
                    _ = steps.error.try_set(Some(refused));
                }
            }
            _ = steps.asking.try_set(false);
        });
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            {fields.view(steps.error)}
            <div class="flex flex-wrap gap-2">
                <Button on_press=move |()| steps.at.set(0)>"Back"</Button>
                <Button variant=Variant::Primary submit=true loading=steps.asking>
                    "Create"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Done(steps: Steps, open: RwSignal<bool>) -> AnyView {
    let entering = Entering::here();
    let made = move || steps.made.get();
    let enter = move |()| {
        if let Some((id, name)) = steps.made.get_untracked() {
            open.set(false);
            entering.go(id, name);
        }
    };
    view! {
        <div class="grid gap-4">
            <p class="flex items-center gap-2 font-medium">
                <Icon glyph=lu::LuCircleCheck class="text-good" />
                <span dir="auto">{move || made().map(|(_, name)| format!("{name} is there"))}</span>
            </p>
            <p class="text-sm text-muted">
                "Enter it to connect a workspace there, or give it agents that come through one of yours."
            </p>
            <div class="flex flex-wrap gap-2">
                <Button variant=Variant::Primary icon=lu::LuDoorOpen on_press=enter>
                    "Enter"
                </Button>
                <Button on_press=move |()| open.set(false)>"Close"</Button>
            </div>
        </div>
    }
    .into_any()
}
