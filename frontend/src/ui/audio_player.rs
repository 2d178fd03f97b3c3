//! The recording of a call: waveform, speed, skips of ten seconds, all by keyboard.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys;

use super::button::{Button, Variant};
use super::icon::lu;
use super::icon_button::IconButton;
use super::peaks::peaks_of;
use super::playback::Playback;
use super::waveform::Waveform;
use crate::format;

/// Seconds of a skip.
const SKIP: f64 = 10.0;
const SPEEDS: [f64; 6] = [0.75, 1.0, 1.25, 1.5, 1.75, 2.0];

/// `peaks` may be empty: then they are computed here after the first press on play, so that no sound
/// is fetched that nobody hears.
#[component]
pub fn AudioPlayer(
    #[prop(into)] src: String,
    #[prop(into)] peaks: Signal<Vec<f32>>,
    playback: Playback,
    /// Called when the sound can not be played.
    #[prop(optional, into)]
    on_error: Option<Callback<()>>,
) -> AnyView {
    let audio = NodeRef::<leptos::html::Audio>::new();
    let speed = RwSignal::new(1.0_f64);
    let computed = RwSignal::new(Vec::<f32>::new());
    let shown_peaks = Signal::derive(move || {
        let known = peaks.get();
        if known.is_empty() { computed.get() } else { known }
    });
    let source = StoredValue::new(src.clone());
    let toggle = move || {
        let Some(audio) = audio.get_untracked() else {
            return;
        };
        if audio.paused() {
            play(&audio)
        } else {
            _ = audio.pause()
        }
    };
    let skip = move |seconds: f64| playback.seek(playback.time.get_untracked() + seconds);
    let faster = move || speed.update(|speed| *speed = next_speed(*speed));

    Effect::new(move |_| {
        let Some(seconds) = playback.wish.get() else {
            return;
        };
        let Some(audio) = audio.get() else { return };
        let seconds = seconds.min(playback.duration.get_untracked());
        audio.set_current_time(seconds);
        playback.time.set(seconds);
        playback.wish.set(None);
    });
    Effect::new(move |_| {
        if let Some(audio) = audio.get() {
            audio.set_playback_rate(speed.get());
        }
    });
    Effect::new(move |_| {
        let wanted = playback.playing.get() && peaks.with_untracked(Vec::is_empty);
        if wanted && computed.with_untracked(Vec::is_empty) {
            let url = source.get_value();
            leptos::task::spawn_local(async move { _ = computed.try_set(peaks_of(&url).await) });
        }
        if playback.playing.get() {
            follow(audio, playback);
        }
    });
    on_cleanup(move || {
        if let Some(audio) = audio.try_get_untracked().flatten() {
            // An element that is gone plays no longer.
            _ = audio.pause();
        }
    });

    let keys = move |event: KeyboardEvent| {
        match event.key().as_str() {
            " " | "k" => toggle(),
            "ArrowLeft" => skip(-SKIP),
            "ArrowRight" => skip(SKIP),
            ">" => faster(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div class="player" role="group" aria-label="Recording" on:keydown=keys>
            <audio
                node_ref=audio
                src=src
                preload="metadata"
                on:play=move |_| playback.playing.set(true)
                on:pause=move |_| playback.playing.set(false)
                on:timeupdate=move |_| {
                    if let Some(audio) = audio.get_untracked() {
                        playback.time.set(audio.current_time());
                    }
                }
                on:loadedmetadata=move |_| {
                    if let Some(seconds) = audio.get_untracked().map(|a| a.duration()).filter(|s| s.is_finite()) {
                        playback.duration.set(seconds);
                    }
                }
                on:error=move |_| {
                    if let Some(report) = on_error {
                        report.run(());
                    }
                }
            ></audio>
            <Waveform peaks=shown_peaks playback />
            <div class="player-bar">
                <IconButton glyph=lu::LuRotateCcw label="Back 10 s" on_press=move |()| skip(-SKIP) />
                <IconButton
                    glyph=Signal::derive(move || if playback.playing.get() { lu::LuPause } else { lu::LuPlay })
                    label=Signal::derive(move || if playback.playing.get() { "Pause" } else { "Play" }.to_owned())
                    variant=Variant::Primary
                    on_press=move |()| toggle()
                />
                <IconButton glyph=lu::LuRotateCw label="Forward 10 s" on_press=move |()| skip(SKIP) />
                <span class="num ml-2 text-sm text-muted">
                    <span class="text-ink">{move || format::clock(playback.time.get())}</span>
                    " / "
                    {move || format::clock(playback.duration.get())}
                </span>
                <span class="ml-auto" title="Speed">
                    <Button small=true variant=Variant::Quiet on_press=move |()| faster()>
                        <span class="num">{move || format!("{}×", speed.get())}</span>
                    </Button>
                </span>
            </div>
        </div>
    }
    .into_any()
}

fn play(audio: &web_sys::HtmlAudioElement) {
    if let Ok(started) = audio.play() {
        leptos::task::spawn_local(async move {
            // The error event of the element tells a failure; a pause right after is none.
            _ = wasm_bindgen_futures::JsFuture::from(started).await;
        });
    }
}

/// Moves the head with every frame while the sound plays; the element's own event comes four times
/// a second only, which looks lame.
fn follow(audio: NodeRef<leptos::html::Audio>, playback: Playback) {
    request_animation_frame(move || {
        let Some(element) = audio.try_get_untracked().flatten() else {
            return;
        };
        if !element.paused() {
            playback.time.set(element.current_time());
            follow(audio, playback);
        }
    });
}

fn next_speed(now: f64) -> f64 {
    SPEEDS.into_iter().find(|speed| *speed > now).unwrap_or(0.75)
}

#[cfg(test)]
mod tests {
    use super::next_speed;

    #[test]
    fn speeds_go_up_and_round_again() {
        assert_eq!(next_speed(1.0), 1.25);
        assert_eq!(next_speed(2.0), 0.75);
    }
}
