//! The running calls, and those that have just ended.

use leptos::prelude::*;
use shared::CallId;
use shared::call::Direction;
use shared::live::{LiveCall, LiveGrade};

use crate::format;
use crate::live::Live;
use crate::state::Memo;
use crate::ui::{Avatar, Badge, Card, DirectionMark, Elapsed, Tone, lu};

#[component]
pub(super) fn CallList(chosen: Memo<Option<CallId>>, choose: Callback<Option<CallId>>) -> AnyView {
    let live = Live::here();
    let ids = Memo::new(move |_| live.ids());
    let title = move || {
        let running = match live.count() {
            0 => "No call runs".to_owned(),
            1 => "1 call runs".to_owned(),
            count => format!("{} calls run", format::integer(count as f64)),
        };
        match live.max_concurrent() {
            Some(most) => format!("{running}, {} may", format::integer(most.into())),
            None => running,
        }
    };
    view! {
        <Card class="overflow-clip">
            <h2 class="card-head card-title" aria-live="polite">
                {title}
            </h2>
            <ul class="divide-y divide-line">
                <For each=move || ids.get() key=|id| *id let:id>
                    <li>
                        <Entry id chosen choose />
                    </li>
                </For>
            </ul>
        </Card>
    }
    .into_any()
}

#[component]
fn Entry(id: CallId, chosen: Memo<Option<CallId>>, choose: Callback<Option<CallId>>) -> AnyView {
    let live = Live::here();
    // Turns come often; what does not change with them is drawn once.
    let head = Memo::new(move |_| {
        live.with_call(id, |f| {
            let call = LiveCall {
                turns: Vec::new(),
                ..f.call.clone()
            };
            (call, f.ended_ms.is_some())
        })
    });
    let long = Memo::new(move |_| live.is_too_long(id));
    let over = Memo::new(move |_| live.is_over_limit(id));
    let last_words = Memo::new(move |_| live.with_call(id, |f| last_words(&f.call)).flatten());
    let top = move || {
        head.get().map(|(call, ended)| {
            view! {
                <span class="flex items-center gap-2">
                    <Avatar name=call.agent.name.clone() />
                    <span class="min-w-0 flex-1 truncate font-medium">{call.agent.name.clone()}</span>
                    {if ended {
                        view! { <Badge>"Ended"</Badge> }.into_any()
                    } else {
                        view! {
                            <span class="text-sm text-good">
                                <Elapsed since=call.started_at />
                            </span>
                        }
                            .into_any()
                    }}
                </span>
                <span class="flex items-center gap-2 text-sm text-muted">
                    <DirectionMark direction=call.direction />
                    <span class="num min-w-0 flex-1 truncate">{counterpart(&call)}</span>
                    {long.get().then(|| view! { <Badge tone=Tone::Bad icon=lu::LuTimer>"Too long"</Badge> })}
                    {over.get().then(|| view! { <Badge tone=Tone::Warn icon=lu::LuTriangleAlert>"Over the limit"</Badge> })}
                    <Grade grade=call.grade />
                </span>
            }
        })
    };
    view! {
        <button
            type="button"
            class="grid w-full grid-cols-[minmax(0,1fr)] gap-1.5 px-4 py-3 text-left hover:bg-hover aria-current:bg-brand-soft focus-visible:-outline-offset-2"
            aria-current=move || (chosen.get() == Some(id)).then_some("true")
            on:click=move |_| choose.run(Some(id))
        >
            {top}
            {move || {
                last_words
                    .get()
                    .map(|words| {
                        view! {
                            <span class="line-clamp-2 text-sm text-muted" dir="auto">
                                {words}
                            </span>
                        }
                    })
            }}
        </button>
    }
    .into_any()
}

/// How much of a call can be followed.
#[component]
pub(super) fn Grade(grade: LiveGrade) -> AnyView {
    match grade {
        LiveGrade::Transcript => view! {
            <Badge tone=Tone::Brand icon=lu::LuCaptions>
                "Live transcript"
            </Badge>
        }
        .into_any(),
        LiveGrade::Presence => view! { <Badge icon=lu::LuEye>"Presence only"</Badge> }.into_any(),
    }
}

/// The other side.
pub(super) fn counterpart(call: &LiveCall) -> String {
    match (&call.counterpart, call.direction) {
        (Some(number), _) => format::phone(number),
        (None, Direction::Web) => "From a browser".to_owned(),
        (None, direction) => direction.label().to_owned(),
    }
}

fn last_words(call: &LiveCall) -> Option<String> {
    let turn = call
        .turns
        .iter()
        .rev()
        .find(|turn| turn.message.as_ref().is_some_and(|m| !m.is_empty()))?;
    Some(format!(
        "{}: {}",
        turn.speaker.label(),
        turn.message.as_deref().unwrap_or_default()
    ))
}
