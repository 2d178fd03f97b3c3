//! How much an organization may use, and which features it has.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::customer::{Limits, OrganizationDetail, SetLimits};
use shared::{Feature, FieldError};

use super::detail::Shown;
use crate::api::{self, ApiError};
use crate::state::Toasts;
use crate::ui::{Button, Field, Input, Switch, Tone, Variant};

/// Storage is typed in these.
const GB: f64 = 1_000_000_000.0;

/// The fields of both forms that set limits. An empty one is no limit of its own.
#[derive(Clone, Copy)]
pub(super) struct LimitFields {
    agents: RwSignal<String>,
    users: RwSignal<String>,
    calls: RwSignal<String>,
    minutes: RwSignal<String>,
    storage_gb: RwSignal<String>,
    features: [(Feature, RwSignal<bool>); Feature::ALL.len()],
    wrong: RwSignal<Vec<FieldError>>,
}

impl LimitFields {
    pub fn of(limits: &Limits, features_off: &[Feature]) -> Self {
        let text = |limit: Option<i32>| limit.map(|n| n.to_string()).unwrap_or_default();
        let gb = limits
            .max_storage_bytes
            .map(|bytes| (bytes as f64 / GB).to_string());
        let mut features = [(Feature::Live, RwSignal::new(true)); Feature::ALL.len()];
        for (slot, feature) in features.iter_mut().zip(Feature::ALL) {
            *slot = (*feature, RwSignal::new(!features_off.contains(feature)));
        }
        Self {
            agents: RwSignal::new(text(limits.max_agents)),
            users: RwSignal::new(text(limits.max_users)),
            calls: RwSignal::new(text(limits.max_concurrent_calls)),
            minutes: RwSignal::new(text(limits.max_minutes_per_month)),
            storage_gb: RwSignal::new(gb.unwrap_or_default()),
            features,
            wrong: RwSignal::new(Vec::new()),
        }
    }

    /// What is typed; `None` when it is no number, which then stands beside its field.
    pub fn read(self) -> Option<(Limits, Vec<Feature>)> {
        let mut wrong = Vec::new();
        let mut number = |field: &str, text: RwSignal<String>| -> Option<f64> {
            let text = text.get_untracked();
            let text = text.trim();
            if text.is_empty() {
                return None;
            }
            let read = text.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
            if read.is_none() {
                wrong.push(FieldError::new(
                    field,
                    "A number of zero or more, or nothing for no limit",
                ));
            }
            read
        };
        // Beyond what the type holds, the largest it holds.
        let whole = |n: f64| n.round() as i32;
        let limits = Limits {
            max_agents: number("limits.max_agents", self.agents).map(whole),
            max_users: number("limits.max_users", self.users).map(whole),
            max_concurrent_calls: number("limits.max_concurrent_calls", self.calls).map(whole),
            max_minutes_per_month: number("limits.max_minutes_per_month", self.minutes).map(whole),
            max_storage_bytes: number("limits.max_storage_bytes", self.storage_gb)
                .map(|gb| (gb * GB).round() as i64),
        };
        let fine = wrong.is_empty();
        self.wrong.set(wrong);
        let off = self.features.iter().filter(|(_, on)| !on.get_untracked());
        fine.then(|| (limits, off.map(|(feature, _)| *feature).collect()))
    }

    pub fn view(self, error: RwSignal<Option<ApiError>>) -> AnyView {
        let row = |label: &'static str, name: &'static str, value: RwSignal<String>| {
            let message = Signal::derive(move || {
                let own = self
                    .wrong
                    .with(|wrong| wrong.iter().find(|e| e.field == name).map(|e| e.message.clone()));
                own.or_else(|| error.with(|error| error.as_ref().and_then(|error| error.field(name))))
            });
            view! {
                <Field label error=message>
                    <Input value placeholder="No limit of its own" />
                </Field>
            }
        };
        let switches = self.features.map(|(feature, on)| {
            view! { <Switch on label=feature.label() hint=feature.description() /> }
        });
        view! {
            <div class="grid gap-4 sm:grid-cols-2">
                {row("Agents", "limits.max_agents", self.agents)}
                {row("Members", "limits.max_users", self.users)}
                {row("Calls at a time", "limits.max_concurrent_calls", self.calls)}
                {row("Minutes a month", "limits.max_minutes_per_month", self.minutes)}
                {row("Storage in GB", "limits.max_storage_bytes", self.storage_gb)}
            </div>
            <div class="grid gap-3 border-t border-line pt-4">{switches.into_iter().collect_view()}</div>
        }
        .into_any()
    }
}

#[component]
pub(super) fn LimitsForm(shown: Shown) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let allowance = shown.detail.with_untracked(|detail| {
        detail
            .as_ref()
            .map(|detail| (detail.summary.id, detail.allowance.clone()))
    });
    let Some((id, allowance)) = allowance else {
        return ().into_any();
    };
    let fields = LimitFields::of(&allowance.limits, &allowance.features_off);
    let allowed_permissions = allowance.allowed_permissions;
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some((limits, features_off)), false) = (fields.read(), asking.get_untracked()) else {
            return;
        };
        let request = SetLimits {
            limits,
            features_off,
            // Set elsewhere; left as it is.
            allowed_permissions: allowed_permissions.clone(),
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::put::<OrganizationDetail>(&format!("/api/organizations/{id}/limits"), &request).await {
                Ok(detail) => {
                    shown.take(detail);
                    toasts.show(Tone::Good, "Saved. It counts from now on.");
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
        <form class="grid gap-4" novalidate on:submit=submit>
            <p class="text-sm text-muted">
                "An empty field means: as much as your own organization has. A limit below what is used takes nothing away, it \
                stops what would be added."
            </p>
            {fields.view(error)}
            <div>
                <Button variant=Variant::Primary submit=true loading=asking>
                    "Save"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
