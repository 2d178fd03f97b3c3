//! Limits that hold, and how much of each is used.

use leptos::prelude::*;
use shared::customer::Allowance;

use crate::ui::{Badge, Progress, Tone};

/// Storage is shown in these.
const GB: f64 = 1_000_000_000.0;

#[component]
pub(super) fn UsedLimits(allowance: Allowance) -> AnyView {
    let Allowance {
        effective,
        used,
        features_off,
        ..
    } = allowance;
    let number = |limit: Option<i32>| limit.map(f64::from);
    let bars = [
        (
            "Agents",
            "agents",
            used.agents as f64,
            number(effective.max_agents),
        ),
        (
            "Members",
            "members",
            used.users as f64,
            number(effective.max_users),
        ),
        (
            "Calls at a time",
            "calls",
            used.concurrent_calls as f64,
            number(effective.max_concurrent_calls),
        ),
        (
            "Minutes this month",
            "minutes",
            used.minutes_this_month as f64,
            number(effective.max_minutes_per_month),
        ),
        (
            "Storage",
            "GB",
            used.storage_bytes as f64 / GB,
            effective.max_storage_bytes.map(|bytes| bytes as f64 / GB),
        ),
    ];
    let off = (!features_off.is_empty()).then(move || {
        let names = features_off.into_iter().map(|feature| {
            view! { <Badge>{feature.label()}</Badge> }
        });
        view! {
            <div class="grid gap-2">
                <h3 class="text-sm font-medium">"Switched off"</h3>
                <div class="flex flex-wrap gap-1.5">{names.collect_view()}</div>
            </div>
        }
    });
    view! {
        <div class="grid gap-4">{bars.into_iter().map(bar).collect_view()} {off}</div>
    }
    .into_any()
}

/// Without a limit there is no bar to fill, so the count stands alone.
fn bar((label, unit, used, most): (&'static str, &'static str, f64, Option<f64>)) -> AnyView {
    let Some(most) = most else {
        let count = crate::format::decimal(used);
        return view! {
            <div class="flex flex-wrap justify-between gap-x-4 text-sm">
                <span class="font-medium">{label}</span>
                <span class="num text-muted">{format!("{count} {unit}, no limit")}</span>
            </div>
        }
        .into_any();
    };
    let full = (used >= most).then(|| view! { <Badge tone=Tone::Warn>"Reached"</Badge> });
    view! {
        <div class="grid gap-1">
            <Progress label=Signal::stored(label.to_owned()) done=Signal::stored(used) total=Signal::stored(Some(most)) unit />
            {full}
        </div>
    }
    .into_any()
}
