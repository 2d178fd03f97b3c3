//! Says when a call has become too long: in words for those who do not see the colour, and by a sound where it is wanted.

use leptos::prelude::*;
use leptos::web_sys::{AudioContext, OscillatorType};
use shared::CallId;
use std::collections::BTreeSet;

use crate::state::{Memo, remember, remembered};
use crate::ui::{IconButton, lu};

/// In this browser alone: a wall in an office rings, a laptop in a meeting does not.
const KEY: &str = "wall-sound";
/// Two short tones, in hertz; seconds each, and how loud.
const TONES: [f32; 2] = [660.0, 880.0];
const LENGTH: f64 = 0.16;
const LOUDNESS: f32 = 0.12;

#[component]
pub(super) fn Alarm(long: Memo<BTreeSet<CallId>>) -> AnyView {
    let sound = RwSignal::new(remembered(KEY).as_deref() == Some("on"));
    // A browser lets a page sound only after somebody pressed something on it.
    let context = StoredValue::new_local(None::<AudioContext>);
    let told = RwSignal::new(String::new());
    Effect::new(move |before: Option<BTreeSet<CallId>>| {
        let now = long.get();
        // What is too long already when the page opens is seen, not rung for.
        let fresh = before.as_ref().map_or(0, |before| now.difference(before).count());
        if fresh > 0 {
            told.set(match fresh {
                1 => "A call has become too long".to_owned(),
                more => format!("{more} calls have become too long"),
            });
            if sound.get_untracked() {
                ring(context);
            }
        }
        now
    });
    let press = move |()| {
        sound.update(|on| *on = !*on);
        let on = sound.get_untracked();
        remember(KEY, if on { "on" } else { "off" });
        if on {
            ring(context);
        }
    };
    let glyph = Signal::derive(move || if sound.get() { lu::LuVolume2 } else { lu::LuVolumeX });
    view! {
        <IconButton glyph label="Ring when a call becomes too long" on_press=press pressed=sound tip_side="left" />
        <span class="sr-only" role="status" aria-live="polite">
            {move || told.get()}
        </span>
    }
    .into_any()
}

/// A browser that refuses stays silent; the wall shows it all the same.
fn ring(context: StoredValue<Option<AudioContext>, LocalStorage>) {
    context.update_value(|context| {
        if context.is_none() {
            *context = AudioContext::new().ok();
        }
        if let Some(context) = context {
            _ = play(context);
        }
    });
}

fn play(context: &AudioContext) -> Result<(), leptos::wasm_bindgen::JsValue> {
    _ = context.resume()?;
    let volume = context.create_gain()?;
    volume.gain().set_value(LOUDNESS);
    volume.connect_with_audio_node(&context.destination())?;
    let mut at = context.current_time();
    for tone in TONES {
        let oscillator = context.create_oscillator()?;
        oscillator.set_type(OscillatorType::Sine);
        oscillator.frequency().set_value(tone);
        oscillator.connect_with_audio_node(&volume)?;
        oscillator.start_with_when(at)?;
        at += LENGTH;
        oscillator.stop_with_when(at)?;
    }
    Ok(())
}
