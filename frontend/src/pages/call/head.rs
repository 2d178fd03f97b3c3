//! What the reader asks first: which agent, with whom, when, how long, how it went.

use leptos::prelude::*;
use shared::call::{CallStatus, CallSummary, Outcome};

use super::data::CallData;
use crate::format;
use crate::state::{Memo, SessionState};
use crate::ui::{Avatar, DirectionMark, Elapsed, OutcomeMark, StatusMark};

/// What to call a call.
pub(super) fn title(call: &CallSummary) -> String {
    call.title
        .clone()
        .or_else(|| call.failed_because.clone())
        .unwrap_or_else(|| format!("Call with {}", call.agent.name))
}

#[component]
pub(super) fn Head(data: CallData) -> AnyView {
    let session = SessionState::here();
    let call = Memo::new(move |_| data.with(|detail| Some(detail.call.clone())));
    let own = Memo::new(move |_| data.with(|detail| detail.agent_number.clone()));
    let body = move || {
        let call = call.get()?;
        let zone = session.zone();
        let length = if call.status.is_running() {
            view! { <Elapsed since=call.started_at /> }.into_any()
        } else {
            view! { <span class="num">{format::duration(f64::from(call.duration_seconds))}</span> }.into_any()
        };
        let numbers = match (call.counterpart.as_deref(), own.get().as_deref()) {
            (Some(other), Some(own)) => {
                Some(format!("{} · agent {}", format::phone(other), format::phone(own)))
            }
            (Some(number), None) => Some(format::phone(number)),
            (None, Some(own)) => Some(format!("agent {}", format::phone(own))),
            (None, None) => None,
        };
        let judged = call.status == CallStatus::Done || call.outcome != Outcome::Unknown;
        Some(view! {
            <div class="grid gap-2">
                <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <span class="inline-flex items-center gap-2 font-medium">
                        <Avatar name=call.agent.name.clone() />
                        {call.agent.name.clone()}
                    </span>
                    <StatusMark status=call.status />
                    {judged.then(|| view! { <OutcomeMark outcome=call.outcome /> })}
                </div>
                <div class="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
                    <time datetime=call.started_at.to_rfc3339() title=format::relative(call.started_at, &zone)>
                        {format::exact(call.started_at, &zone)}
                    </time>
                    {length}
                    <span class="inline-flex items-center gap-2">
                        <DirectionMark direction=call.direction />
                        <span class="num">{numbers.unwrap_or_else(|| call.direction.label().to_owned())}</span>
                    </span>
                </div>
            </div>
        })
    };
    body.into_any()
}
