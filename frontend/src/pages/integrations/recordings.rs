//! The recordings of a connection's calls: how many are here, and fetching those that are missing.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use shared::connection::{Connection, ConnectionRecordings, RecordingCounts, RecordingRun, RunState};
use shared::{ConnectionId, Permission};

use crate::api::{self, ApiError, Latest};
use crate::format;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Progress, StatusDot, Tone, When, lu};

/// Milliseconds between looks while something is fetched.
const LOOK: u32 = 2_000;

#[derive(Clone, Copy)]
struct Data {
    id: ConnectionId,
    shown: RwSignal<Option<ConnectionRecordings>>,
    error: RwSignal<Option<ApiError>>,
    latest: Latest,
}

impl Data {
    fn load(self) {
        leptos::task::spawn_local(async move {
            match api::get_latest(&format!("/api/connections/{}/recordings", self.id), self.latest).await {
                Ok(shown) => {
                    _ = self.error.try_set(None);
                    _ = self.shown.try_set(Some(shown));
                }
                Err(ApiError::Superseded) => {}
                Err(error) => _ = self.error.try_set(Some(error)),
            }
        });
    }
}

#[component]
pub(super) fn RecordingsBox(id: ConnectionId, connection: Memo<Option<Connection>>) -> AnyView {
    let data = Data {
        id,
        shown: RwSignal::new(None),
        error: RwSignal::new(None),
        latest: Latest::new(),
    };
    // A sync that ends brings calls, and begins to fetch their recordings.
    let synced =
        Memo::new(move |_| connection.with(|c| c.as_ref().and_then(|c| c.sync.as_ref()?.finished_at)));
    Effect::new(move |_| {
        _ = synced.get();
        data.load();
    });
    let run = Memo::new(move |_| {
        data.shown
            .with(|shown| shown.as_ref().and_then(|shown| shown.run.clone()))
    });
    let running =
        Memo::new(move |_| run.with(|run| run.as_ref().is_some_and(|run| run.state == RunState::Running)));
    let look = StoredValue::new_local(None::<Interval>);
    Effect::new(move |_| {
        let every = running.get().then(|| Interval::new(LOOK, move || data.load()));
        look.set_value(every);
    });
    let counts = move || {
        data.shown
            .with(|shown| shown.as_ref().map(|shown| sums(&shown.counts)))
    };
    let trouble = move || {
        let error = data.error.get().filter(|_| data.shown.with(Option::is_none))?;
        Some(
            view! { <p class="text-sm text-bad">"The recordings could not be counted. " {error.advice()}</p> },
        )
    };
    let last = move || run.get().filter(|run| run.state != RunState::Running).map(ended);
    view! {
        <div class="flex flex-wrap items-start gap-x-4 gap-y-3" data-part="recordings">
            <div class="grid min-w-0 flex-1 basis-72 gap-1 text-sm">
                <p class="font-medium">"Recordings"</p>
                <p class="num text-muted">{counts}</p>
                {trouble}
                <Show when=move || running.get() fallback=move || view! { {last} }>
                    <Running run />
                </Show>
            </div>
            <Fetch data running />
        </div>
    }
    .into_any()
}

fn sums(counts: &RecordingCounts) -> String {
    let number = |count: i64| format::integer(count as f64);
    let here = counts.available + counts.partial;
    let total = here + counts.pending + counts.unavailable + counts.failed;
    let mut text = format!(
        "{} of {} calls, {} MB",
        number(here),
        number(total),
        format::decimal(counts.bytes as f64 / 1_000_000.0)
    );
    for (count, what) in [
        (counts.partial, "shorter than their call"),
        (counts.pending, "on their way"),
        (counts.unavailable, "not recorded"),
        (counts.failed, "could not be fetched"),
    ] {
        if count > 0 {
            text.push_str(&format!(" · {} {what}", number(count)));
        }
    }
    text
}

#[component]
fn Running(run: Memo<Option<RecordingRun>>) -> AnyView {
    let of = move |read: fn(&RecordingRun) -> f64| {
        Signal::derive(move || run.with(|run| run.as_ref().map_or(0.0, read)))
    };
    let total = Signal::derive(move || run.with(|run| run.as_ref().map(|run| run.total as f64)));
    let started_ms = Signal::derive(move || {
        run.with(|run| run.as_ref().map(|run| run.started_at.timestamp_millis() as f64))
    });
    view! {
        <Progress
            label="Fetching recordings"
            done=of(|run| run.done() as f64)
            total
            unit="calls"
            started_ms
        />
    }
    .into_any()
}

fn ended(run: RecordingRun) -> AnyView {
    let at = run.finished_at.unwrap_or(run.started_at);
    let number = |count: i64| format::integer(count as f64);
    let (tone, label) = match run.state {
        RunState::Failed => (Tone::Bad, "Fetching failed"),
        _ => (Tone::Good, "Fetched"),
    };
    let others = [
        (run.partial, "shorter than their call"),
        (run.missing, "not at the provider"),
        (run.failed, "could not be fetched"),
    ];
    let came = others.into_iter().filter(|(count, _)| *count > 0).fold(
        format!(
            "{} of {} missing recordings came",
            number(run.stored + run.partial),
            number(run.total)
        ),
        |text, (count, what)| format!("{text} · {} {what}", number(count)),
    );
    view! {
        <p class="flex flex-wrap gap-x-2">
            <span class="font-medium">
                <StatusDot tone label />
            </span>
            <span class="text-muted">
                <When at />
            </span>
        </p>
        <p class="num text-muted break-words">{run.error.unwrap_or(came)}</p>
    }
    .into_any()
}

/// Only with `connections.sync`.
#[component]
fn Fetch(data: Data, running: Memo<bool>) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let asking = RwSignal::new(false);
    let start = move |()| {
        asking.set(true);
        leptos::task::spawn_local(async move {
            match api::post_empty(&format!("/api/connections/{}/recordings", data.id)).await {
                Ok(()) => data.load(),
                Err(error) => {
                    let text = format!("Fetching did not start. {}", error.advice());
                    toasts.show(Tone::Bad, text);
                }
            }
            _ = asking.try_set(false);
        });
    };
    view! {
        <Show when=move || session.may(Permission::ConnectionsSync)>
            <Button icon=lu::LuAudioLines loading=asking disabled=running on_press=start>
                "Fetch missing recordings"
            </Button>
        </Show>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::sums;
    use shared::connection::RecordingCounts;

    #[test]
    fn only_what_there_is_is_listed() {
        let counts = RecordingCounts {
            available: 10,
            unavailable: 2,
            bytes: 1_500_000,
            ..RecordingCounts::default()
        };
        assert_eq!(sums(&counts), "10 of 12 calls, 1.5 MB · 2 not recorded");
    }
}
