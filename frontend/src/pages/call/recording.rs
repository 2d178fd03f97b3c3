//! The sound of a call, or why there is none.

use leptos::prelude::*;
use shared::call::{Recording, RecordingState};
use shared::{CallId, Permission};

use super::data::CallData;
use super::recording_link::LinkButton;
use super::recording_missing::Missing;
use crate::state::{Memo, SessionState};
use crate::ui::{AudioPlayer, Button, Glyph, Icon, Playback, lu};

#[component]
pub(super) fn Sound(id: CallId, data: CallData, playback: Playback) -> AnyView {
    // Nothing but this may build the player anew: another part of the call may change while it plays.
    let state = Memo::new(move |_| {
        data.with(|detail| {
            let recording = detail.recording_detail.as_ref()?;
            // Peaks come by a memo of their own.
            let told = Recording {
                peaks: Vec::new(),
                ..recording.clone()
            };
            Some((told, detail.call.status.is_running()))
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
                        <div class="mt-2 flex flex-wrap items-center gap-2">
                            <a
                                class="btn btn-secondary btn-sm"
                                href=format!("/api/calls/{id}/recording/file")
                                rel="external"
                                download=""
                            >
                                <Icon glyph=lu::LuDownload />
                                "Download the recording"
                            </a>
                            <LinkButton id />
                        </div>
                    }
                })}
        }
        .into_any()
    };
    let body = move || {
        let (recording, running) = state.get()?;
        let sound = recording.state.plays().then(player);
        let missing = (recording.state != RecordingState::Available)
            .then(|| view! { <Missing id data recording running /> });
        Some(view! { <div class="grid gap-2">{sound} {missing}</div> })
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
