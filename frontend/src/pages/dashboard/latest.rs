//! The calls that began last.

use leptos::prelude::*;
use shared::call::CallSummary;
use shared::{CallId, Permission};

use super::data::DashboardData;
use crate::format;
use crate::state::{Memo, SessionState};
use crate::ui::{Avatar, CallMark, Card, DirectionMark, Elapsed, When};

/// Nothing without `calls.list`.
#[component]
pub(super) fn Latest(data: DashboardData) -> AnyView {
    let session = SessionState::here();
    view! {
        <Show when=move || session.may(Permission::CallsList)>
            <LatestCalls data />
        </Show>
    }
    .into_any()
}

#[component]
fn LatestCalls(data: DashboardData) -> AnyView {
    let calls = data.part(|d| d.latest.clone());
    let ids = Memo::new(move |_| calls.with(|calls| calls.iter().map(|call| call.id).collect::<Vec<_>>()));
    // Keyed by call: a row is drawn again only when its own call changed.
    let row = move |id: CallId| {
        let call = Memo::new(move |_| calls.with(|calls| calls.iter().find(|call| call.id == id).cloned()));
        view! { <li>{move || call.get().map(|call| entry(&call))}</li> }
    };
    let empty = Memo::new(move |_| ids.with(Vec::is_empty));
    let all = || {
        view! {
            <a class="link text-sm" href="/calls">
                "All calls"
            </a>
        }
    };
    let nothing = || {
        view! {
            <p class="px-4 py-8 text-center text-sm text-muted">
                "No calls yet. The first one appears here the moment it begins."
            </p>
        }
    };
    view! {
        <Card title="Latest calls" actions=all class="overflow-clip">
            <Show when=move || !empty.get() fallback=nothing>
                <ul class="divide-y divide-line">
                    <For each=move || ids.get() key=|id| *id children=row />
                </ul>
            </Show>
        </Card>
    }
    .into_any()
}

fn entry(call: &CallSummary) -> AnyView {
    let other = call
        .counterpart
        .as_deref()
        .map_or_else(|| call.direction.label().to_owned(), format::phone);
    let length = if call.status.is_running() {
        view! { <Elapsed since=call.started_at /> }.into_any()
    } else {
        format::duration(f64::from(call.duration_seconds)).into_any()
    };
    view! {
        <a
            href=format!("/calls/{}", call.id)
            class="flex min-h-(--row) items-center gap-3 px-4 py-1.5 text-sm hover:bg-hover focus-visible:-outline-offset-2"
        >
            <Avatar name=call.agent.name.clone() />
            <span class="grid min-w-0 flex-1">
                <span class="truncate font-medium" dir="auto">
                    {call.title.clone().unwrap_or_else(|| call.agent.name.clone())}
                </span>
                <span class="flex min-w-0 items-center gap-1.5 text-xs text-muted">
                    <DirectionMark direction=call.direction />
                    <span class="num flex-none">{other}</span>
                    {call
                        .title
                        .is_some()
                        .then(|| view! { <span class="truncate max-sm:hidden">"· " {call.agent.name.clone()}</span> })}
                </span>
            </span>
            <CallMark status=call.status outcome=call.outcome />
            <span class="num w-16 text-right max-sm:hidden">{length}</span>
            <span class="w-24 text-right text-muted max-md:hidden">
                <When at=call.started_at />
            </span>
        </a>
    }
    .into_any()
}
