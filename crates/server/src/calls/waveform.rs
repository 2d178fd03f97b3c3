//! The loudness of a recording in equal slices, computed once.

use crate::app::App;
use std::io::Cursor;
use storage::StorageKey;
use symphonia::core::audio::SampleBuffer;
use symphonia::core::codecs::DecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::FormatOptions;
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

/// Slices at most.
const SLICES: usize = 400;
/// Longest sound that is drawn, in bytes; two hours at 128 kbit/s.
const LARGEST: u64 = 128 * 1024 * 1024;
/// Samples per channel that make one fine step; steps are merged into slices at the end, when the length is known.
const STEP: usize = 1_600;

/// Peaks from 0 to 1 of a stored sound. Empty when it can not be read: it plays without its picture.
pub async fn of(app: &App, key: &StorageKey) -> Vec<f32> {
    let sound = match app.storage.get(key, None).await {
        Ok((_, body)) => storage::read_to_vec(body, LARGEST).await,
        Err(error) => Err(error),
    };
    let drawn = match sound {
        Ok(sound) => tokio::task::spawn_blocking(move || peaks(sound)).await,
        Err(error) => {
            tracing::info!(%error, "a recording could not be read for its waveform");
            return Vec::new();
        }
    };
    match drawn {
        Ok(Ok(peaks)) => peaks,
        Ok(Err(error)) => {
            tracing::info!(%error, "a recording has no waveform");
            Vec::new()
        }
        Err(error) => {
            tracing::warn!(%error, "drawing a waveform panicked");
            Vec::new()
        }
    }
}

fn peaks(sound: Vec<u8>) -> Result<Vec<f32>, Error> {
    let source = MediaSourceStream::new(Box::new(Cursor::new(sound)), Default::default());
    let mut hint = Hint::new();
    hint.with_extension("mp3");
    let probed = symphonia::default::get_probe().format(
        &hint,
        source,
        &FormatOptions::default(),
        &MetadataOptions::default(),
    )?;
    let mut format = probed.format;
    let track = format.default_track().ok_or(Error::Unsupported("no track"))?;
    let (track_id, parameters) = (track.id, track.codec_params.clone());
    let mut decoder = symphonia::default::get_codecs().make(&parameters, &DecoderOptions::default())?;
    let mut steps = Steps::default();
    // The end of the stream is told as an error.
    while let Ok(packet) = format.next_packet() {
        if packet.track_id() != track_id {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(decoded) => {
                let channels = decoded.spec().channels.count().max(1);
                let mut samples = SampleBuffer::<f32>::new(decoded.capacity() as u64, *decoded.spec());
                samples.copy_interleaved_ref(decoded);
                steps.add(samples.samples(), channels);
            }
            // One damaged frame is a click, not the end.
            Err(Error::DecodeError(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(steps.slices())
}

/// The loudest sample of each step.
#[derive(Default)]
struct Steps {
    done: Vec<f32>,
    current: f32,
    in_current: usize,
}

impl Steps {
    fn add(&mut self, samples: &[f32], channels: usize) {
        for frame in samples.chunks(channels) {
            let loudest = frame.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
            self.current = self.current.max(loudest);
            self.in_current += 1;
            if self.in_current == STEP {
                self.done.push(self.current);
                (self.current, self.in_current) = (0.0, 0);
            }
        }
    }

    /// At most [`SLICES`] of equal length, to two decimals.
    fn slices(mut self) -> Vec<f32> {
        if self.in_current > 0 {
            self.done.push(self.current);
        }
        let count = self.done.len().min(SLICES);
        (0..count)
            .map(|slice| {
                let (from, to) = (
                    slice * self.done.len() / count,
                    (slice + 1) * self.done.len() / count,
                );
                let loudest = self
                    .done
                    .get(from..to)
                    .unwrap_or_default()
                    .iter()
                    .fold(0.0_f32, |a, b| a.max(*b));
                (loudest.min(1.0) * 100.0).round() / 100.0
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_at_most_400_and_keep_every_peak() {
        let mut steps = Steps::default();
        let mut samples = vec![0.1_f32; STEP * 2 * 1_000];
        samples[STEP * 2 * 700] = -0.9;
        steps.add(&samples, 2);
        let slices = steps.slices();
        assert_eq!(slices.len(), SLICES);
        assert_eq!(slices.iter().position(|peak| *peak == 0.9), Some(280));
        assert_eq!(slices.iter().filter(|peak| **peak == 0.1).count(), SLICES - 1);
    }

    #[test]
    fn nonsense_has_no_waveform_and_no_panic() {
        assert!(peaks(vec![0; 5_000]).is_err() || peaks(vec![0; 5_000]).unwrap().is_empty());
        assert!(peaks(Vec::new()).is_err());
    }
}
