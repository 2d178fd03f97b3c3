//! Summaries of many calls, with progress.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use shared::call::CallFilter;
use shared::summary::{StartSummaryRun, SummaryRun, SummaryRunState};

use crate::api::{self, ApiError, Latest};
use crate::format;
use crate::pages::refused::Refused;
use crate::state::{Memo, SessionState};
use crate::ui::{Button, Card, Choice, Field, Progress, Select, Switch, Variant, When};

const RUNS: &str = "/api/summaries/runs";
/// Milliseconds between looks at one that goes on.
const LOOK: u32 = 2_000;

#[component]
pub(super) fn Runs() -> AnyView {
    let run = RwSignal::new(None::<SummaryRun>);
    let latest = Latest::new();
    let load = move || {
        leptos::task::spawn_local(async move {
            // What is shown stays; the next look tries again.
            if let Ok(found) = api::get_latest::<Option<SummaryRun>>(RUNS, latest).await {
                _ = run.try_set(found);
            }
        });
    };
    load();
    let active = Memo::new(move |_| run.with(|run| run.as_ref().is_some_and(|run| run.state.is_active())));
    let look = StoredValue::new_local(None::<Interval>);
    Effect::new(move |_| {
        let every = active.get().then(|| Interval::new(LOOK, load));
        look.set_value(every);
    });
    let body = move || match active.get() {
        true => view! { <UnderWay run /> }.into_any(),
        false => view! { <Start run /> }.into_any(),
    };
    view! {
        <Card title="Summarize past calls" padded=true>{body}</Card>
    }
    .into_any()
}

#[component]
fn Start(run: RwSignal<Option<SummaryRun>>) -> AnyView {
    let zone = SessionState::here().zone();
    let days = RwSignal::new("30".to_owned());
    let only_missing = RwSignal::new(true);
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let start = move |()| {
        asking.set(true);
        error.set(None);
        let from = days.get_untracked().parse::<u64>().ok().and_then(|days| {
            let today = format::today_in(&zone);
            today.checked_sub_days(chrono::Days::new(days))
        });
        let body = StartSummaryRun {
            filter: CallFilter {
                from,
                ..CallFilter::default()
            },
            only_missing: only_missing.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match api::post::<Option<SummaryRun>>(RUNS, &body).await {
                Ok(started) => _ = run.try_set(started),
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let periods = vec![
        Choice::new("7", "Of the last 7 days"),
        Choice::new("30", "Of the last 30 days"),
        Choice::new("365", "Of the last year"),
        Choice::new("all", "All there are"),
    ];
    view! {
        <div class="grid gap-4">
            <p class="max-w-prose text-sm text-muted">
                "Calls that came with a workspace's history are not sent by themselves once they are older than a week. Here they are summarized too, the newest first, with the settings above."
            </p>
            {move || run.get().map(last)} <Field label="Which calls">
                <Select choices=periods value=days />
            </Field>
            <Switch
                on=only_missing
                label="Only calls without a summary of ours"
                hint="Off: all of them are summarized again, and cost again."
            /> <Refused error fields=&[] />
            <div>
                <Button variant=Variant::Primary loading=asking on_press=start.clone()>
                    "Summarize these calls"
                </Button>
            </div>
        </div>
    }
    .into_any()
}

fn last(run: SummaryRun) -> AnyView {
    let count = |count: i64| format::integer(count as f64);
    let how = match run.state {
        SummaryRunState::Cancelled => "Cancelled",
        _ => "Finished",
    };
    let failed = match run.failed {
        0 => String::new(),
        failed => format!(", {} failed: their pages say why", count(failed)),
    };
    let text = format!(
        "{how}: {} of {} calls summarized{failed}.",
        count(run.done),
        count(run.total)
    );
    view! {
        <p class="flex flex-wrap gap-x-2 text-sm" role="status">
            <span>{text}</span>
            <span class="text-muted">{run.finished_at.map(|at| view! { <When at /> })}</span>
        </p>
    }
    .into_any()
}

#[component]
fn UnderWay(run: RwSignal<Option<SummaryRun>>) -> AnyView {
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let part = move |read: fn(&SummaryRun) -> f64| run.with(|run| run.as_ref().map_or(0.0, read));
    let done = Signal::derive(move || part(|run| (run.done + run.failed + run.skipped) as f64));
    let total = Signal::derive(move || Some(part(|run| run.total as f64)).filter(|total| *total > 0.0));
    let label = Signal::derive(move || {
        let collecting = run.with(|run| {
            run.as_ref()
                .is_some_and(|run| run.state == SummaryRunState::Collecting)
        });
        match collecting {
            true => "Looking for calls".to_owned(),
            false => "Summarizing".to_owned(),
        }
    });
    let started = Signal::derive(move || {
        run.with(|run| run.as_ref().map(|run| run.started_at.timestamp_millis() as f64))
    });
    let cancel = move |()| {
        let Some(id) = run.with_untracked(|run| run.as_ref().map(|run| run.id)) else {
            return;
        };
        asking.set(true);
        leptos::task::spawn_local(async move {
            match api::delete_for::<Option<SummaryRun>>(&format!("{RUNS}/{id}")).await {
                Ok(now) => _ = run.try_set(now),
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    view! {
        <div class="grid gap-4">
            <Progress label done total unit="calls" started_ms=started /> <Refused error fields=&[] />
            <div>
                <Button loading=asking on_press=cancel>
                    "Cancel"
                </Button>
            </div>
        </div>
    }
    .into_any()
}
