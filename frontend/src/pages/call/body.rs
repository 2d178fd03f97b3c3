//! The call laid out: one column with tabs where it is narrow, words left and facts right where it is wide. The
//! container decides, not the window: the panel is narrow on a large screen.

use leptos::prelude::*;
use shared::CallId;

use super::analysis::{Collected, Evaluation};
use super::data::CallData;
use super::details::{Cost, Metadata};
use super::head::Head;
use super::more::{More, Part};
use super::parts::MissingParts;
use super::recording::Sound;
use super::words::Words;
use crate::state::Memo;
use crate::ui::{Card, ErrorState, Playback, Skeleton, SkeletonRows, Tab, Tabs};

const WORDS: &str = "words";
const ANALYSIS: &str = "analysis";
const DETAILS: &str = "details";

#[component]
pub(super) fn Body(data: CallData) -> AnyView {
    // Built anew for another call, not for another state of the same one.
    let shown = Memo::new(move |_| data.with(|detail| Some(detail.call.id)));
    // Every reading of the call takes the error back; that alone must not build the page anew, or the sound stops.
    let failed = Memo::new(move |_| shown.with(Option::is_none) && data.error.with(Option::is_some));
    let body = move || match (shown.get(), failed.get()) {
        (Some(id), _) => view! { <Loaded id data /> }.into_any(),
        (None, true) => untrack(|| data.error.get())
            .map(|error| view! { <ErrorState error retry=Callback::new(move |()| data.load()) /> })
            .into_any(),
        (None, false) => view! { <Loading /> }.into_any(),
    };
    body.into_any()
}

#[component]
fn Loaded(id: CallId, data: CallData) -> AnyView {
    let (seconds, readable) =
        untrack(|| data.with(|d| (f64::from(d.call.duration_seconds), d.transcript.is_some())));
    let playback = Playback::new(seconds);
    let tab = RwSignal::new(if readable { WORDS } else { DETAILS });
    let part = move |own: &'static str| {
        move || {
            if tab.get() == own {
                "grid gap-4 content-start"
            } else {
                "hidden @min-[900px]:grid gap-4 content-start"
            }
        }
    };
    let tabs = readable.then(|| {
        let tabs = vec![
            Tab::new(WORDS, "Transcript"),
            Tab::new(ANALYSIS, "Analysis"),
            Tab::new(DETAILS, "Details"),
        ];
        view! {
            <div class="@min-[900px]:hidden">
                <Tabs tabs value=tab label="Parts of the call" />
            </div>
        }
    });
    let audible = untrack(|| data.with(|detail| detail.recording_detail.is_some()));
    let sound = move || view! { <Sound id data playback /> };
    let words = readable.then(|| {
        view! {
            <div class=part(WORDS)>
                <Card class="overflow-clip">
                    {audible
                        .then(|| {
                            view! {
                                <div class="sticky top-[52px] z-[5] border-b border-line bg-panel px-4 py-3">
                                    {sound()}
                                </div>
                            }
                        })} <div class="p-2">
                        <Words data playback />
                    </div>
                </Card>
            </div>
        }
    });
    // Who may hear but not read gets the sound alone.
    let sound_alone = (audible && !readable).then(|| view! { <Card padded=true>{sound()}</Card> });
    view! {
        <div class="@container grid grid-cols-[minmax(0,1fr)] gap-4">
            <Head data />
            <MissingParts data />
            <More part=Part::Work id data />
            <More part=Part::Digest id data />
            {tabs}
            <div class="grid grid-cols-[minmax(0,1fr)] gap-4 @min-[900px]:grid-cols-[minmax(0,1fr)_340px]">
                {words} {sound_alone}
                <div class="grid gap-4 content-start">
                    {readable
                        .then(|| {
                            view! {
                                <div class=part(ANALYSIS)>
                                    <Evaluation data />
                                    <Collected data />
                                </div>
                            }
                        })}
                    <div class=part(DETAILS)>
                        <More part=Part::Notes id data />
                        <Cost data />
                        <Metadata data />
                        <More part=Part::Erase id data />
                    </div>
                </div>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Loading() -> AnyView {
    view! {
        <div class="grid gap-4" role="status" aria-label="Loading">
            <Skeleton class="h-6 w-56" />
            <Skeleton class="h-4 w-80" />
            <Skeleton class="h-14 w-full" />
            <SkeletonRows rows=6 />
        </div>
    }
    .into_any()
}
