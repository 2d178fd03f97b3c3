//! What was said, or is being said.

use leptos::prelude::*;
use shared::live::LiveGrade;

use super::data::CallData;
use super::found::{Found, FoundList};
use crate::live::Live;
use crate::state::Memo;
use crate::ui::{EmptyState, Playback, Transcript, lu};

#[component]
pub(super) fn Words(data: CallData, playback: Playback) -> AnyView {
    let turns = data.turns();
    let found = Found::follow(data);
    let marked = found.marked();
    let running = Memo::new(move |_| data.with(|detail| detail.call.status.is_running()));
    let plays = Memo::new(move |_| {
        data.with(|detail| {
            detail
                .recording_detail
                .as_ref()
                .is_some_and(|recording| recording.state.plays())
        })
    });
    let empty = Memo::new(move |_| turns.with(Vec::is_empty));
    let body = move || match (empty.get(), running.get(), plays.get()) {
        (true, ..) => view! { <Silence data /> }.into_any(),
        (_, true, _) => view! {
            <div role="log" aria-live="polite" aria-label="Transcript, growing">
                <Transcript turns live=true />
            </div>
        }
        .into_any(),
        (_, _, true) => view! { <Transcript turns playback found=marked /> }.into_any(),
        (_, _, false) => view! { <Transcript turns found=marked /> }.into_any(),
    };
    view! {
        <FoundList found playback />
        <div class="[&_.turn]:scroll-mt-48 [&_li]:scroll-mt-48">{body}</div>
    }
    .into_any()
}

#[component]
fn Silence(data: CallData) -> AnyView {
    let live = Live::here();
    let body = move || {
        let grade = data
            .id
            .get()
            .and_then(|id| live.with_call(id, |followed| followed.call.grade));
        let (running, final_) =
            data.with(|detail| (detail.call.status.is_running(), detail.call.status.is_final()));
        let (title, text) = match (running, final_, grade) {
            (true, _, Some(LiveGrade::Transcript)) => (
                "Nothing has been said yet",
                "Words appear here as they are spoken.",
            ),
            (true, ..) => (
                "This call is running",
                "Its words can not be followed while it runs: the agent does not allow monitoring. The transcript comes when it has ended.",
            ),
            (false, false, _) => (
                "The transcript is being written",
                "The provider is working on it. It appears here by itself.",
            ),
            (false, true, _) => (
                "Nothing was said",
                "The call ended before anybody spoke, or no transcript was kept.",
            ),
        };
        view! { <EmptyState icon=lu::LuMessageSquareText title text /> }
    };
    body.into_any()
}
