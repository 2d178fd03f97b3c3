//! Limits that hold, and how much of each is used.

use leptos::prelude::*;
use shared::customer::{Allowance, AtProvider};
use shared::organization::OrganizationKind;

use crate::state::SessionState;
use crate::ui::{Badge, Glyph, Icon, Progress, Tone, lu};

/// Storage is shown in these.
const GB: f64 = 1_000_000_000.0;

#[component]
pub(super) fn UsedLimits(allowance: Allowance) -> AnyView {
    let Allowance {
        effective,
        used,
        features_off,
        at_provider,
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
    let kind = untrack(|| SessionState::here().session()).map(|session| session.organization.kind);
    let together = (kind != Some(OrganizationKind::Customer)).then(|| {
        view! { <p class="text-sm text-muted">"Counted together with the organizations below."</p> }
    });
    view! {
        <div class="grid gap-4">{together} {bars.into_iter().map(bar).collect_view()} {enforced(&at_provider)} {off}</div>
    }
    .into_any()
}

/// Without a limit there is no bar to fill, so the count stands alone.
fn bar((label, unit, used, most): (&'static str, &'static str, f64, Option<f64>)) -> AnyView {
    let Some(most) = most else {
        let count = match used.fract() == 0.0 {
            true => crate::format::integer(used),
            false => crate::format::decimal(used),
        };
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

/// Calls begin at ElevenLabs, so their limits hold there; nothing where none is written to it.
fn enforced(at_provider: &AtProvider) -> Option<AnyView> {
    let of = at_provider;
    let agents = |n: i64| match n {
        1 => "1 agent".to_owned(),
        many => format!("{} agents", crate::format::integer(many as f64)),
    };
    let waiting = of.agents - of.applied - of.failed;
    let lines = [
        (of.stopped > 0).then(|| {
            let text = format!(
                "{} take no new calls: the minutes of this month are used up.",
                agents(of.stopped)
            );
            (lu::LuPhoneOff, "text-warn", text)
        }),
        (of.applied > 0).then(|| {
            let text = format!(
                "ElevenLabs keeps to the limits on calls for {}.",
                agents(of.applied)
            );
            (lu::LuCircleCheck, "text-good", text)
        }),
        (waiting > 0).then(|| {
            let text = format!("ElevenLabs is being told the limits for {}.", agents(waiting));
            (lu::LuHourglass, "text-muted", text)
        }),
        (of.failed > 0).then(|| {
            let why = of.error.as_deref().unwrap_or_default();
            let text = format!("The limits could not be set for {}. {why}", agents(of.failed));
            (lu::LuTriangleAlert, "text-bad", text)
        }),
    ];
    let line = |(glyph, class, text): (Glyph, &'static str, String)| {
        view! {
            <li class="flex gap-2">
                <Icon glyph class=class />
                <span>{text}</span>
            </li>
        }
    };
    let shown: Vec<_> = lines.into_iter().flatten().map(line).collect();
    (!shown.is_empty()).then(|| view! { <ul class="grid gap-1.5 text-sm">{shown}</ul> }.into_any())
}
