//! Loudness over time, computed in the browser when the server has not.

use leptos::web_sys;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// At most this many slices, as the server makes them.
const SLICES: usize = 400;

/// Fetches and decodes the sound; empty when the browser can not.
pub(super) async fn peaks_of(url: &str) -> Vec<f32> {
    decode(url)
        .await
        .map(|samples| slices(&samples))
        .unwrap_or_default()
}

async fn decode(url: &str) -> Option<Vec<f32>> {
    let bytes = gloo_net::http::Request::get(url)
        .send()
        .await
        .ok()?
        .binary()
        .await
        .ok()?;
    let buffer = js_sys::Uint8Array::from(bytes.as_slice()).buffer();
    // Mono at a low rate: the drawing needs no more, and memory stays small.
    let context =
        web_sys::OfflineAudioContext::new_with_number_of_channels_and_length_and_sample_rate(1, 1, 8_000.0);
    let decoding = context.ok()?.decode_audio_data(&buffer).ok()?;
    let audio: web_sys::AudioBuffer = JsFuture::from(decoding).await.ok()?.dyn_into().ok()?;
    audio.get_channel_data(0).ok()
}

fn slices(samples: &[f32]) -> Vec<f32> {
    let size = samples.len().div_ceil(SLICES).max(1);
    let loudest = |slice: &[f32]| slice.iter().fold(0.0_f32, |most, s| most.max(s.abs())).min(1.0);
    samples.chunks(size).map(loudest).collect()
}

#[cfg(test)]
mod tests {
    use super::{SLICES, slices};

    #[test]
    fn slices_keep_the_loudest_sample_and_their_number_is_bounded() {
        let mut samples = vec![0.1_f32; 100_000];
        samples[99_999] = -0.9;
        let peaks = slices(&samples);
        assert_eq!(peaks.len(), SLICES);
        assert_eq!(peaks.last(), Some(&0.9));
        assert!(slices(&[]).is_empty());
    }
}
