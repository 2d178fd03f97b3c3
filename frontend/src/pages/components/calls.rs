//! The sound and the words of a call.

use leptos::prelude::*;

use super::sample;
use crate::ui::*;

#[component]
pub(super) fn Call() -> AnyView {
    let playback = Playback::new(27.0);
    view! {
        <Card title="AudioPlayer, Transcript" padded=true>
            <AudioPlayer src="/dev/none.mp3" peaks=sample::peaks() playback />
            <div class="mt-4">
                <Transcript turns=sample::turns() playback />
            </div>
        </Card>
    }
    .into_any()
}
