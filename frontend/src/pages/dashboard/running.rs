//! The calls that run now, straight from the live state.

use leptos::prelude::*;
use shared::live::LiveCall;
use shared::{CallId, Permission};

use super::data::DashboardData;
use crate::format;
use crate::live::Live;
use crate::state::{Memo, SessionState};
use crate::ui::{Avatar, Card, DirectionMark, Elapsed, StatusDot, Tone};

/// More are seen on the live page.
const SHOWN: usize = 5;

/// Nothing without `live.view`.
#[component]
pub(super) fn Running(data: DashboardData) -> AnyView {
    let session = SessionState::here();
    view! {
        <Show when=move || session.may(Permission::LiveView)>
            <RunningCalls data />
        </Show>
    }
    .into_any()
}

#[component]
fn RunningCalls(data: DashboardData) -> AnyView {
    let live = Live::here();
    // What the page's own reply says is shown until the live state is there.
    let calls = Memo::new(move |_| {
        if live.loaded() {
            let running = live
                .board()
                .into_iter()
                .filter(|followed| followed.ended_ms.is_none());
            running
                .take(SHOWN)
                .map(|followed| followed.call)
                .collect::<Vec<_>>()
        } else {
            data.read(|d| d.running.clone()).unwrap_or_default()
        }
    });
    let count = Memo::new(move |_| {
        if live.loaded() {
            live.count()
        } else {
            data.read(|d| d.running_count).unwrap_or(0)
        }
    });
    let ids = Memo::new(move |_| calls.with(|calls| calls.iter().map(|call| call.id).collect::<Vec<_>>()));
    let row = move |id: CallId| {
        let call = Memo::new(move |_| calls.with(|calls| calls.iter().find(|call| call.id == id).cloned()));
        view! { <li>{move || call.get().map(|call| entry(&call))}</li> }
    };
    let head = move || match count.get() {
        0 => None,
        count => Some(view! {
            <StatusDot tone=Tone::Good live=true label=format!("{} now", format::integer(count as f64)) />
        }),
    };
    let watch = move || {
        view! {
            <span class="flex items-center gap-4 text-sm">
                {head} <a class="link" href="/live">
                    "Watch live"
                </a>
            </span>
        }
    };
    let quiet = || view! { <p class="px-4 py-3 text-sm text-muted">"No call runs right now."</p> };
    let empty = Memo::new(move |_| ids.with(Vec::is_empty));
    let others = move || count.get() - ids.with(Vec::len) as i64;
    view! {
        <Card title="Running calls" actions=watch class="overflow-clip">
            <Show when=move || !empty.get() fallback=quiet>
                <ul class="divide-y divide-line">
                    <For each=move || ids.get() key=|id| *id children=row />
                </ul>
            </Show>
            <Show when=move || { others() > 0 && !empty.get() }>
                <p class="num border-t border-line px-4 py-2 text-sm text-muted">
                    {move || format!("and {} more", format::integer(others() as f64))}
                </p>
            </Show>
        </Card>
    }
    .into_any()
}

fn entry(call: &LiveCall) -> AnyView {
    let other = call
        .counterpart
        .as_deref()
        .map_or_else(|| call.direction.label().to_owned(), format::phone);
    let words = call.turns.iter().rev().find_map(|turn| turn.message.clone());
    view! {
        <a
            href=format!("/live?call={}", call.id)
            class="flex items-center gap-3 px-4 py-2 text-sm hover:bg-hover focus-visible:-outline-offset-2"
        >
            <Avatar name=call.agent.name.clone() />
            <span class="grid min-w-0 flex-1">
                <span class="truncate font-medium">{call.agent.name.clone()}</span>
                <span class="flex min-w-0 items-center gap-1.5 text-xs text-muted">
                    <DirectionMark direction=call.direction />
                    {match words {
                        Some(words) => {
                            view! {
                                <span class="truncate" dir="auto">
                                    {words}
                                </span>
                            }
                                .into_any()
                        }
                        None => view! { <span class="num truncate">{other}</span> }.into_any(),
                    }}
                </span>
            </span>
            <span class="text-good">
                <Elapsed since=call.started_at />
            </span>
        </a>
    }
    .into_any()
}
