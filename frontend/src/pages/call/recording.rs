//! The sound of a call, or why there is none.

use leptos::prelude::*;
use shared::call::RecordingState;
use shared::{CallId, Permission};

use super::data::CallData;
use crate::state::SessionState;
use crate::ui::{AudioPlayer, Button, Glyph, Icon, Playback, lu};

#[component]
pub(super) fn Sound(id: CallId, data: CallData, playback: Playback) -> AnyView {
    // Nothing but this may build the player anew: another part of the call may change while it plays.
    let state = Memo::new(move |_| {
        data.with(|detail| {
            let recording = detail.recording_detail.as_ref()?;
            Some((
                recording.state,
                recording.error.clone(),
                detail.call.status.is_running(),
            ))
        })
    });
    let peaks = Memo::new(move |_| {
        data.with(|detail| {
            detail
                .recording_detail
                .as_ref()
                .map(|r| r.peaks.clone())
                .unwrap_or_default()
        })
    });
    let may_save = untrack(|| SessionState::here().may(Permission::CallsDownload));
    let broken = RwSignal::new(false);
    let player = move || {
        if broken.get() {
            let again = move |()| broken.set(false);
            return view! {
                <Note glyph=lu::LuTriangleAlert text="The recording could not be played.".to_owned()>
                    <Button small=true on_press=again>
                        "Try again"
                    </Button>
                </Note>
            }
            .into_any();
        }
        view! {
            <AudioPlayer
                src=format!("/api/calls/{id}/recording")
                peaks
                playback
                on_error=move |()| broken.set(true)
            />
            {may_save
                .then(|| {
                    view! {
                        <a
                            class="btn btn-secondary btn-sm mt-2"
                            href=format!("/api/calls/{id}/recording/file")
                            rel="external"
                            download=""
                        >
                            <Icon glyph=lu::LuDownload />
                            "Download the recording"
                        </a>
                    }
                })}
        }
        .into_any()
    };
    let body = move || {
        let (state, error, running) = state.get()?;
        Some(match state {
            RecordingState::Available => player(),
            RecordingState::Pending => {
                let text = if running {
                    "The recording comes when the call has ended."
                } else {
                    "The recording is being fetched. It appears here by itself."
                };
                view! { <Note glyph=lu::LuHourglass text=text.to_owned() /> }.into_any()
            }
            RecordingState::Unavailable => {
                let text = error.unwrap_or_else(|| "This call was not recorded.".to_owned());
                view! { <Note glyph=lu::LuMicOff text /> }.into_any()
            }
            RecordingState::Failed => {
                let why = error.unwrap_or_else(|| "The provider gave no reason.".to_owned());
                let text = format!("The recording could not be fetched: {why}");
                view! { <Note glyph=lu::LuTriangleAlert text /> }.into_any()
            }
        })
    };
    body.into_any()
}

#[component]
fn Note(glyph: Glyph, text: String, #[prop(optional)] children: Option<Children>) -> AnyView {
    view! {
        <div class="flex flex-wrap items-center gap-3 rounded-md bg-hover px-3 py-2.5 text-sm text-muted" role="status">
            <Icon glyph />
            <span class="flex-1">{text}</span>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
