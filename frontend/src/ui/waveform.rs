//! The drawing of a call's loudness; pressing or sliding on it seeks.

use leptos::prelude::*;

use super::playback::Playback;
use crate::format;
use crate::state::Memo;

/// Bars drawn: enough to see who talked when, few enough for a telephone's width.
const BARS: usize = 140;

#[component]
pub(super) fn Waveform(#[prop(into)] peaks: Signal<Vec<f32>>, playback: Playback) -> AnyView {
    let path = Memo::new(move |_| peaks.with(|peaks| bars_path(peaks)));
    let share = move || {
        let duration = playback.duration.get();
        if duration > 0.0 {
            (playback.time.get() / duration).clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    let drawing = move |class: &'static str, clip: Signal<Option<String>>| {
        view! {
            <svg
                class=class
                viewBox=format!("0 0 {BARS} 100")
                preserveAspectRatio="none"
                aria-hidden="true"
                style=move || clip.get()
            >
                <path
                    d=move || path.get()
                    stroke="currentColor"
                    stroke-width="2"
                    stroke-linecap="round"
                    vector-effect="non-scaling-stroke"
                />
            </svg>
        }
    };
    let clip = Signal::derive(move || {
        Some(format!(
            "clip-path:inset(0 {}% 0 0)",
            format::fixed(100.0 - 100.0 * share(), 2)
        ))
    });
    view! {
        <div class="wave">
            {drawing("wave-rest", Signal::stored(None))} {drawing("wave-done", clip)}
            <div class="wave-head" style=move || format!("left:{}%", format::fixed(100.0 * share(), 2))></div>
            <input
                type="range"
                min="0"
                step="0.1"
                aria-label="Position"
                max=move || playback.duration.get()
                prop:value=move || playback.time.get()
                aria-valuetext=move || format::clock(playback.time.get())
                on:input=move |event| {
                    if let Ok(seconds) = event_target_value(&event).parse() {
                        playback.seek(seconds);
                    }
                }
            />
        </div>
    }
    .into_any()
}

/// One upright stroke per bar; silence, and what is not known yet, is a dot.
fn bars_path(peaks: &[f32]) -> String {
    let most = peaks.iter().copied().fold(0.05_f32, f32::max);
    let mut d = String::with_capacity(BARS * 20);
    for bar in 0..BARS {
        let from = bar * peaks.len() / BARS;
        let to = ((bar + 1) * peaks.len()).div_ceil(BARS);
        let loud = peaks
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .copied()
            .fold(0.0_f32, f32::max);
        let half = 1.0 + 45.0 * loud / most;
        let (top, foot) = (f64::from(50.0 - half), f64::from(50.0 + half));
        d.push_str(&format!(
            "M{bar}.5 {}V{}",
            format::fixed(top, 1),
            format::fixed(foot, 1)
        ));
    }
    d
}

#[cfg(test)]
mod tests {
    use super::{BARS, bars_path};

    #[test]
    fn few_or_no_peaks_still_fill_the_width() {
        for peaks in [&[][..], &[0.3], &[0.1, 0.9, 0.4]] {
            assert_eq!(bars_path(peaks).matches('M').count(), BARS);
        }
    }

    #[test]
    fn the_loudest_slice_reaches_furthest() {
        assert!(bars_path(&[0.5]).starts_with("M0.5 4.0V96.0"));
    }
}
