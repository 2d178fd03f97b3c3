//! What a stored body is: whether there is sound in it, how long it is, and its loudness in equal slices. Computed once, beside the
//! runtime, and piece by piece: a recording is never in memory as a whole.

use std::io::{self, Cursor, Read};
use std::sync::{Mutex, PoisonError};
use storage::{Storage, StorageError, StorageKey};
use symphonia::core::audio::SampleBuffer;
use symphonia::core::codecs::DecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::FormatOptions;
use symphonia::core::io::{MediaSourceStream, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;
use tokio_util::io::{StreamReader, SyncIoBridge};

/// Slices at most.
const SLICES: usize = 400;
/// Samples per channel that make one fine step; steps are merged into slices at the end, when the length is known.
const STEP: usize = 1_600;
/// Bytes at the beginning by which a format is known.
const HEAD: u64 = 64;
/// Seconds below which frames that were found in something unknown are chance.
const CHANCE: f32 = 0.5;

/// What a body is.
#[derive(Debug, PartialEq)]
pub enum Measured {
    Sound {
        /// Where it could be measured.
        seconds: Option<f32>,
        /// From 0 to 1; empty where the format is not drawn.
        peaks: Vec<f32>,
        content_type: &'static str,
    },
    /// Why not.
    NoSound(String),
}

/// Measures a stored body.
///
/// # Errors
/// The storage's.
pub async fn measure(store: &dyn Storage, key: &StorageKey) -> Result<Measured, StorageError> {
    let (_, body) = store.get(key, None).await?;
    let reader = SyncIoBridge::new(StreamReader::new(body));
    let measured = tokio::task::spawn_blocking(move || read(reader)).await;
    // A body on which the decoder gives up in panic is none that plays.
    measured
        .unwrap_or_else(|_panic| Ok(Measured::NoSound("it can not be decoded".to_owned())))
        .map_err(StorageError::Body)
}

fn read(mut body: impl Read + Send + 'static) -> io::Result<Measured> {
    let mut head = Vec::new();
    body.by_ref().take(HEAD).read_to_end(&mut head)?;
    let known = format(&head);
    if let Some(content_type) = known.filter(|known| *known != MP3) {
        return Ok(Measured::Sound {
            seconds: None,
            peaks: Vec::new(),
            content_type,
        });
    }
    let nothing = || Measured::NoSound(said(&head));
    if head.is_empty() {
        return Ok(nothing());
    }
    let whole = Source(Mutex::new(Cursor::new(head.clone()).chain(body)));
    Ok(match decode(whole) {
        Ok((seconds, peaks)) if known.is_some() && seconds > 0.0 || seconds > CHANCE => Measured::Sound {
            seconds: Some(seconds),
            peaks,
            content_type: MP3,
        },
        // The storage broke off: that says nothing about the sound.
        Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
        Ok(_) | Err(_) => nothing(),
    })
}

/// What the decoder asks of its source and a stream of the storage is not by itself.
struct Source<R>(Mutex<R>);

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .read(buffer)
    }
}

const MP3: &str = "audio/mpeg";

/// How files begin: at which byte, with what, and what they are.
const MARKS: [(usize, &[u8], &str); 6] = [
    (0, b"ID3", MP3),
    (8, b"WAVE", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (4, b"ftyp", "audio/mp4"),
    (0, &[0x1A, 0x45, 0xDF, 0xA3], "audio/webm"),
];

/// A format of sound, by how its files begin.
fn format(head: &[u8]) -> Option<&'static str> {
    let mut marks = MARKS.iter();
    let marked = marks.find(|(at, mark, _)| head.get(*at..at + mark.len()) == Some(*mark));
    // An MP3 without tags begins with a frame.
    let frame = matches!(head, [0xFF, second, ..] if second & 0xE0 == 0xE0 && second & 0x06 != 0);
    marked.map(|(_, _, format)| *format).or(frame.then_some(MP3))
}

/// What it is instead, so that somebody sees whose page or error was sent.
fn said(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head);
    let text = text.trim();
    let plain = !text.is_empty()
        && text.chars().all(|c| !c.is_control() || c.is_whitespace())
        && !text.contains('\u{FFFD}');
    match (head.is_empty(), plain) {
        (true, _) => "it is empty".to_owned(),
        (false, true) => {
            let words: Vec<_> = text.split_whitespace().collect();
            let start: String = words.join(" ").chars().take(50).collect();
            format!("it begins with “{start}”")
        }
        (false, false) => "no sound can be decoded from it".to_owned(),
    }
}

/// Seconds and peaks of an MP3.
fn decode(source: impl Read + Send + Sync + 'static) -> Result<(f32, Vec<f32>), Error> {
    let source = MediaSourceStream::new(Box::new(ReadOnlySource::new(source)), Default::default());
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
    loop {
        let packet = match format.next_packet() {
            Ok(packet) => packet,
            // The end of the stream is told as an error.
            Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error @ Error::IoError(_)) => return Err(error),
            Err(_) => break,
        };
        if packet.track_id() != track_id {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(decoded) => {
                let (channels, rate) = (decoded.spec().channels.count().max(1), decoded.spec().rate);
                let mut samples = SampleBuffer::<f32>::new(decoded.capacity() as u64, *decoded.spec());
                samples.copy_interleaved_ref(decoded);
                steps.add(samples.samples(), channels, rate);
            }
            // One damaged frame is a click, not the end.
            Err(Error::DecodeError(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok((steps.seconds as f32, steps.slices()))
}

/// The loudest sample of each step.
#[derive(Default)]
struct Steps {
    done: Vec<f32>,
    current: f32,
    in_current: usize,
    seconds: f64,
}

impl Steps {
    fn add(&mut self, samples: &[f32], channels: usize, rate: u32) {
        self.seconds += (samples.len() / channels) as f64 / f64::from(rate.max(1));
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
        steps.add(&samples, 2, 16_000);
        assert_eq!(steps.seconds, 100.0);
        let slices = steps.slices();
        assert_eq!(slices.len(), SLICES);
        assert_eq!(slices.iter().position(|peak| *peak == 0.9), Some(280));
        assert_eq!(slices.iter().filter(|peak| **peak == 0.1).count(), SLICES - 1);
    }

    fn no_sound(body: &[u8]) -> String {
        match read(Cursor::new(body.to_vec())).unwrap() {
            Measured::NoSound(reason) => reason,
            Measured::Sound { .. } => panic!("that is no sound: {body:?}"),
        }
    }

    #[test]
    fn what_is_no_sound_is_told_by_how_it_begins() {
        assert_eq!(no_sound(b""), "it is empty");
        assert_eq!(
            no_sound(b"<html>\n  <title>Sign in</title>"),
            "it begins with “<html> <title>Sign in</title>”"
        );
        assert_eq!(no_sound(&[0; 5_000]), "no sound can be decoded from it");
        let noise: Vec<u8> = (0..200_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        assert_eq!(no_sound(&noise), "no sound can be decoded from it");
        assert!(no_sound(b"ID3 and nothing behind it").starts_with("it begins"));
    }

    #[test]
    fn other_formats_play_without_a_picture() {
        let wav = [&b"RIFF\0\0\0\0WAVEfmt "[..], &[0; 100]].concat();
        assert_eq!(
            read(Cursor::new(wav)).unwrap(),
            Measured::Sound {
                seconds: None,
                peaks: Vec::new(),
                content_type: "audio/wav"
            }
        );
    }
}
