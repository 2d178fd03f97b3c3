//! Fetching a workspace's agents and calls: how far it is, how it ended, and starting it again.

use leptos::prelude::*;
use shared::Permission;
use shared::connection::{Connection, SyncProgress, SyncState};

use super::connections::{Connections, newest};
use crate::api;
use crate::format;
use crate::live::Live;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Icon, Progress, StatusDot, Tone, When, lu};

#[component]
pub(super) fn SyncBox(connection: Memo<Option<Connection>>, connections: Connections) -> AnyView {
    let live = Live::here();
    let progress = Memo::new(move |_| {
        let connection = connection.get()?;
        newest(connection.sync, live.sync(connection.id))
    });
    let running = Memo::new(move |_| progress.with(|p| p.as_ref().is_some_and(|p| p.state.is_running())));
    view! {
        <div class="flex flex-wrap items-start gap-x-4 gap-y-3">
            <div class="min-w-0 flex-1 basis-72">
                <Show when=move || running.get() fallback=move || move || progress.get().map_or_else(never, ended)>
                    <Running progress />
                </Show>
            </div>
            <SyncNow connection connections running />
        </div>
    }
    .into_any()
}

/// The bar stays while the numbers move.
#[component]
fn Running(progress: Memo<Option<SyncProgress>>) -> AnyView {
    let of = move |read: fn(&SyncProgress) -> f64| {
        Signal::derive(move || progress.with(|p| p.as_ref().map_or(0.0, read)))
    };
    let phase = Memo::new(move |_| progress.with(|p| p.as_ref().map(|p| p.state)));
    let started_ms =
        Signal::derive(move || progress.with(|p| p.as_ref().map(|p| p.started_at.timestamp_millis() as f64)));
    let bar = move || match phase.get() {
        Some(SyncState::Agents) => {
            let total = Signal::derive(move || {
                progress.with(|p| p.as_ref().and_then(|p| p.agents_total).map(|total| total as f64))
            });
            view! { <Progress label="Fetching agents" done=of(|p| p.agents_done as f64) total unit="agents" started_ms /> }
                .into_any()
        }
        Some(SyncState::Calls) => {
            let label = Signal::derive(move || {
                progress.with(|p| match p {
                    Some(p) if !p.listed_all => {
                        format!(
                            "Fetching calls, {} found so far",
                            format::integer(p.calls_seen as f64)
                        )
                    }
                    _ => "Fetching calls".to_owned(),
                })
            });
            // Only when the whole list has been walked is what was seen the total.
            let total = Signal::derive(move || {
                progress.with(|p| p.as_ref().filter(|p| p.listed_all).map(|p| p.calls_seen as f64))
            });
            let done = of(|p| (p.calls_done + p.calls_failed) as f64);
            view! { <Progress label done total unit="calls" started_ms /> }.into_any()
        }
        _ => view! {
            <p class="flex items-center gap-2 text-sm" role="status">
                <Icon glyph=lu::LuLoaderCircle class="spin text-muted" />
                "Sync is queued and begins in a moment"
            </p>
        }
        .into_any(),
    };
    let failed = move || progress.with(|p| p.as_ref().and_then(|p| failed_calls(p.calls_failed)));
    view! {
        {bar}
        <p class="text-xs text-muted">{failed}</p>
    }
    .into_any()
}

fn ended(progress: SyncProgress) -> AnyView {
    let at = progress.finished_at.unwrap_or(progress.started_at);
    let (tone, label) = match progress.state {
        SyncState::Failed => (Tone::Bad, "Sync failed"),
        _ => (Tone::Good, "Synced"),
    };
    let count = |count: i64| format::integer(count as f64);
    let sums = format!(
        "{} agents and {} calls were fetched.",
        count(progress.agents_done),
        count(progress.calls_done)
    );
    let error = progress
        .error
        .clone()
        .unwrap_or_else(|| "Start it again.".to_owned());
    view! {
        <div class="grid gap-1 text-sm">
            <p class="flex flex-wrap gap-x-2">
                <span class="font-medium">
                    <StatusDot tone label />
                </span>
                <span class="text-muted">
                    <When at />
                </span>
            </p>
            {(progress.state == SyncState::Failed).then(|| view! { <p class="break-words">{error}</p> })}
            <p class="num text-muted">{sums} " " {failed_calls(progress.calls_failed)}</p>
        </div>
    }
    .into_any()
}

fn never() -> AnyView {
    view! { <p class="text-sm text-muted">"Never synced: nothing of this workspace is here yet."</p> }
        .into_any()
}

fn failed_calls(count: i64) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 call could not be fetched yet; it is tried again by itself.".to_owned()),
        count => Some(format!(
            "{} calls could not be fetched yet; they are tried again by themselves.",
            format::integer(count as f64)
        )),
    }
}

/// Only with `connections.sync`.
#[component]
fn SyncNow(connection: Memo<Option<Connection>>, connections: Connections, running: Memo<bool>) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let asking = RwSignal::new(false);
    let start = move |()| {
        let Some(id) = connection.with_untracked(|c| c.as_ref().map(|c| c.id)) else {
            return;
        };
        asking.set(true);
        leptos::task::spawn_local(async move {
            match api::post_empty(&format!("/api/connections/{id}/sync")).await {
                Ok(()) => connections.load(),
                Err(error) => {
                    let text = format!("The sync did not start. {}", error.advice());
                    toasts.show(Tone::Bad, text);
                }
            }
            _ = asking.try_set(false);
        });
    };
    view! {
        <Show when=move || session.may(Permission::ConnectionsSync)>
            <Button icon=lu::LuRefreshCw loading=asking disabled=running on_press=start>
                "Sync now"
            </Button>
        </Show>
    }
    .into_any()
}
