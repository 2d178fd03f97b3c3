//! Why there is no recording, or not all of it: what was tried, and trying again where that can help.

use leptos::prelude::*;
use shared::CallId;
use shared::call::{Recording, RecordingMiss, RecordingState, RecordingTier};

use super::data::CallData;
use crate::api;
use crate::state::Toasts;
use crate::ui::{Button, Glyph, Icon, Tone, When, lu};

/// Instead of the player, or under it where the recording is short.
#[component]
pub(super) fn Missing(id: CallId, data: CallData, recording: Recording, running: bool) -> AnyView {
    let (glyph, text) = words(&recording, running);
    let misses = recording.misses.clone();
    let looked = (!misses.is_empty() && !recording.state.plays()).then(|| view! { <Looked misses /> });
    view! {
        <div class="grid gap-2 rounded-md bg-hover px-3 py-2.5 text-sm text-muted" role="status" data-recording=recording.state.as_str()>
            <div class="flex flex-wrap items-center gap-3">
                <Icon glyph />
                <span class="flex-1 basis-48 break-words">{text}</span>
                {recording.can_fetch.then(|| view! { <Again id data /> })}
            </div>
            {looked}
        </div>
    }
    .into_any()
}

fn words(recording: &Recording, running: bool) -> (Glyph, String) {
    let reason = recording.error.clone();
    match recording.state {
        RecordingState::Available => (lu::LuAudioLines, String::new()),
        RecordingState::Partial => (
            lu::LuTriangleAlert,
            reason.map_or_else(
                || "The recording is shorter than the call.".to_owned(),
                |reason| format!("{reason}."),
            ),
        ),
        RecordingState::Pending if running => (
            lu::LuHourglass,
            "The recording comes when the call has ended.".to_owned(),
        ),
        RecordingState::Pending => (
            lu::LuHourglass,
            "The recording is being fetched. It appears here by itself.".to_owned(),
        ),
        RecordingState::Unavailable => (
            lu::LuMicOff,
            reason.unwrap_or_else(|| "This call was not recorded.".to_owned()),
        ),
        RecordingState::Failed => (
            lu::LuTriangleAlert,
            format!(
                "The recording could not be fetched: {}",
                reason.unwrap_or_else(|| "the provider gave no reason".to_owned())
            ),
        ),
    }
}

/// Where it was looked for, in the order in which that is done.
#[component]
fn Looked(misses: Vec<RecordingMiss>) -> AnyView {
    let mut misses = misses;
    misses.sort_by_key(|miss| miss.tier);
    let line = |miss: RecordingMiss| {
        let times = match miss.misses {
            1 => String::new(),
            times => format!(" ({times} times)"),
        };
        view! {
            <li class="flex flex-wrap gap-x-2">
                <span class="font-medium">{label(miss.tier)}</span>
                <span class="min-w-0 break-words">{miss.reason} {times}</span>
                <span class="text-faint">
                    <When at=miss.last_at />
                </span>
            </li>
        }
    };
    view! {
        <details>
            <summary class="cursor-pointer text-xs">"Where it was looked for"</summary>
            <ul class="mt-1 grid gap-1 text-xs">{misses.into_iter().map(line).collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn label(tier: RecordingTier) -> &'static str {
    tier.label()
}

#[component]
fn Again(id: CallId, data: CallData) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let asking = RwSignal::new(false);
    let ask = move |()| {
        asking.set(true);
        leptos::task::spawn_local(async move {
            if let Err(error) = api::post_empty(&format!("/api/calls/{id}/recording/fetch")).await {
                let text = format!("The recording was not fetched. {}", error.advice());
                toasts.show(Tone::Bad, text);
            }
            _ = asking.try_set(false);
            data.load();
        });
    };
    view! {
        <Button small=true icon=lu::LuRefreshCw loading=asking on_press=ask>
            "Fetch again"
        </Button>
    }
    .into_any()
}
