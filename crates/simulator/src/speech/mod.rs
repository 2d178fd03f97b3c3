//! Recordings of real speech, made beforehand (`assets/speech/make.py`): clips of two speakers per language, all as
//! MP3 frames of one format, so that a call's recording is put together by laying frames one after the other.

mod pcm;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::calls::Call;
use crate::calls::script::Script;
use crate::catalogue::{AssetError, Role};
use crate::rng::{Rng, hash, mix};

/// What `index.json` says.
#[derive(Debug, Deserialize)]
struct Index {
    /// Bytes and seconds of one frame; the same for all, there is no padding and no bit reservoir.
    frame_bytes: usize,
    frame_secs: f64,
    clips: Vec<Clip>,
}

#[derive(Debug, Clone, Deserialize)]
struct Clip {
    language: String,
    role: String,
    text: String,
    /// First frame in the language's file, and number of frames.
    start: usize,
    frames: usize,
}

/// The clips.
#[derive(Debug)]
pub struct Speech {
    index: Index,
    files: BTreeMap<&'static str, &'static [u8]>,
}

const FILES: [(&str, &[u8]); 6] = [
    ("en", include_bytes!("../../assets/speech/en.mp3")),
    ("de", include_bytes!("../../assets/speech/de.mp3")),
    ("es", include_bytes!("../../assets/speech/es.mp3")),
    ("fr", include_bytes!("../../assets/speech/fr.mp3")),
    ("pt", include_bytes!("../../assets/speech/pt.mp3")),
    ("silence", include_bytes!("../../assets/speech/silence.mp3")),
];

impl Speech {
    /// # Errors
    /// When the shipped index does not parse; only a broken build can cause it.
    pub fn load() -> Result<Self, AssetError> {
        let index =
            serde_json::from_str(include_str!("../../assets/speech/index.json")).map_err(|error| {
                AssetError {
                    file: "speech/index.json",
                    reason: error.to_string(),
                }
            })?;
        Ok(Self {
            index,
            files: FILES.into_iter().collect(),
        })
    }

    /// The whole call as one MP3: each turn is heard when the transcript says so, silence in between.
    pub fn recording(&self, call: &Call, script: &Script) -> Vec<u8> {
        let turns = script
            .turns
            .get(..call.shown_turns().min(script.turns.len()))
            .unwrap_or_default();
        let language = self.spoken(&call.language);
        let mut sound = Vec::new();
        for turn in turns {
            self.silence_until(&mut sound, turn.at);
            let end = self.frame_at(turn.at + turn.len);
            let Some(text) = &turn.text else { continue };
            // One line is rarely as long as its clip: clips follow each other until the turn is filled.
            let mut seed = hash(text);
            while sound.len() < end * self.index.frame_bytes {
                let room = end * self.index.frame_bytes - sound.len();
                let Some(clip) = self.clip(language, turn.role, text, seed) else {
                    break;
                };
                sound.extend_from_slice(clip.get(..room.min(clip.len())).unwrap_or(clip));
                seed = mix(&[seed]);
            }
        }
        if let Some(last) = turns.last() {
            self.silence_until(&mut sound, last.at + last.len);
        }
        sound
    }

    /// The clip of a sentence, or another one of the same speaker.
    fn clip(&self, language: &str, role: Role, text: &str, seed: u64) -> Option<&'static [u8]> {
        let clips: Vec<&Clip> = self
            .index
            .clips
            .iter()
            .filter(|clip| clip.language == language && clip.role == role.as_str())
            .collect();
        let exact = clips.iter().find(|clip| clip.text == text && seed == hash(text));
        let clip = exact.or_else(|| clips.get(Rng::new(seed).below(clips.len())))?;
        let start = clip.start * self.index.frame_bytes;
        self.files
            .get(language)?
            .get(start..start + clip.frames * self.index.frame_bytes)
            .filter(|clip| !clip.is_empty())
    }

    fn silence_until(&self, sound: &mut Vec<u8>, seconds: f64) {
        let wanted = self.frame_at(seconds) * self.index.frame_bytes;
        let Some(silence) = self.files.get("silence").filter(|silence| !silence.is_empty()) else {
            return;
        };
        while sound.len() < wanted {
            let room = wanted - sound.len();
            sound.extend_from_slice(silence.get(..room).unwrap_or(silence));
        }
    }

    fn frame_at(&self, seconds: f64) -> usize {
        (seconds / self.index.frame_secs).round().max(0.0) as usize
    }

    fn spoken(&self, language: &str) -> &'static str {
        let short = language.split('-').next().unwrap_or(language);
        FILES
            .iter()
            .map(|(name, _)| *name)
            .find(|name| *name == short && *name != "silence")
            .unwrap_or("en")
    }
}
