//! Nothing runs: that somebody listens, and what was last.

use leptos::prelude::*;
use shared::call::CallSummary;
use shared::live::LiveEvent;

use crate::format;
use crate::live::{Live, News};
use crate::state::Memo;
use crate::ui::{ButtonLink, CallMark, Card, DirectionMark, EmptyState, When, lu};

#[component]
pub(super) fn Quiet() -> AnyView {
    let live = Live::here();
    let state = move || {
        match live.listening_since() {
        Some(since) => view! {
            <div class="state">
                <crate::ui::StatusDot tone=crate::ui::Tone::Good live=true label="Listening" />
                <p class="state-title">"No call runs right now"</p>
                <p class="state-text">
                    "A call appears here the moment it begins. Listening since "
                    <span class="whitespace-nowrap"><When at=since /> "."</span>
                </p>
            </div>
        }
        .into_any(),
        None => view! {
            <EmptyState
                icon=lu::LuUnplug
                title="Nobody listens for calls"
                text="No connected workspace answers, so running calls can not be seen. Check the integrations."
            >
                <ButtonLink href="/settings/integrations">"Open integrations"</ButtonLink>
            </EmptyState>
        }
        .into_any(),
    }
    };
    // Those that ran a moment ago belong to the last calls, and change while the provider works on them.
    live.refresh();
    live.listen(move |news| {
        if matches!(&news, News::Event(event) if matches!(**event, LiveEvent::CallUpdated { .. })) {
            live.refresh();
        }
    });
    let recent = Memo::new(move |_| live.recent());
    view! {
        <div class="grid gap-4">
            <Card>{state}</Card>
            {move || {
                let calls = recent.get();
                (!calls.is_empty())
                    .then(|| {
                        view! {
                            <Card title="Last calls">
                                <ul class="divide-y divide-line">{calls.iter().map(row).collect_view()}</ul>
                            </Card>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

fn row(call: &CallSummary) -> AnyView {
    let other = call
        .counterpart
        .as_deref()
        .map_or_else(|| call.direction.label().to_owned(), format::phone);
    view! {
        <li>
            <a href=format!("/calls/{}", call.id) class="flex items-center gap-3 px-4 py-2 text-sm hover:bg-hover">
                <DirectionMark direction=call.direction />
                <span class="min-w-0 flex-1 truncate">
                    <span class="font-medium">{call.agent.name.clone()}</span>
                    <span class="num ml-2 text-muted max-sm:hidden">{other}</span>
                </span>
                <CallMark status=call.status outcome=call.outcome />
                <span class="num w-16 text-right max-sm:hidden">{format::duration(f64::from(call.duration_seconds))}</span>
                <span class="w-24 text-right text-muted">
                    <When at=call.started_at />
                </span>
            </a>
        </li>
    }
    .into_any()
}
