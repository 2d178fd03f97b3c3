//! A recording that arrives as base64 within JSON.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;

use super::event::unreadable;
use crate::Error;

/// Base64 characters decoded at a time; a multiple of four.
const STEP: usize = 64 * 1024;

/// The sound of a call (MP3). The base64 stays where it was received; [`AudioPayload::chunks`]
/// decodes it piece by piece, so that tens of megabytes are in memory once.
#[derive(Debug, Deserialize)]
pub struct AudioPayload<'a> {
    #[serde(borrow)]
    pub conversation_id: Cow<'a, str>,
    #[serde(borrow)]
    pub agent_id: Cow<'a, str>,
    #[serde(borrow)]
    full_audio: Cow<'a, str>,
}

impl<'a> AudioPayload<'a> {
    pub(super) fn read(data: &'a str) -> Result<Self, Error> {
        serde_json::from_str(data).map_err(|error| unreadable("data", &error))
    }

    /// Bytes after decoding.
    pub fn decoded_len(&self) -> u64 {
        let text = self.full_audio.trim_end_matches('=');
        (text.len() as u64) * 3 / 4
    }

    /// The sound in pieces of 48 KiB. Ends after the first error.
    pub fn chunks(&self) -> impl Iterator<Item = Result<Bytes, Error>> + use<'_> {
        let mut failed = false;
        let pieces = self.full_audio.as_bytes().chunks(STEP);
        pieces.map_while(move |piece| {
            let piece = (!failed).then(|| STANDARD.decode(piece).map(Bytes::from))?;
            failed = piece.is_err();
            Some(piece.map_err(|error| Error::Decode {
                path: "data.full_audio".into(),
                reason: error.to_string(),
                excerpt: String::new(),
            }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(base64: &str) -> String {
        format!(r#"{{"agent_id":"a","conversation_id":"c","full_audio":"{base64}"}}"#)
    }

    #[test]
    fn the_pieces_make_up_the_recording_without_copying_the_text() {
        for len in [0_usize, 1, 2, 3, 49_151, 49_152, 49_153, 200_000] {
            let sound: Vec<u8> = (0..len).map(|i| (i * 31 % 251) as u8).collect();
            let text = delivery(&STANDARD.encode(&sound));
            let audio = AudioPayload::read(&text).unwrap();
            assert!(matches!(audio.full_audio, Cow::Borrowed(_)));
            assert_eq!(audio.decoded_len(), len as u64);
            let pieces: Result<Vec<Bytes>, Error> = audio.chunks().collect();
            assert!(
                pieces
                    .as_ref()
                    .unwrap()
                    .iter()
                    .all(|piece| piece.len() <= 48 * 1024)
            );
            assert_eq!(pieces.unwrap().concat(), sound);
        }
    }

    #[test]
    fn escaped_slashes_are_understood_and_damage_ends_the_pieces() {
        let text = delivery(r"\/\/\/\/");
        assert_eq!(
            AudioPayload::read(&text)
                .unwrap()
                .chunks()
                .next()
                .unwrap()
                .unwrap(),
            &[0xff_u8; 3][..]
        );
        let text = delivery(&format!("{}!{}", "A".repeat(STEP), "A".repeat(2 * STEP)));
        let audio = AudioPayload::read(&text).unwrap();
        let pieces: Vec<_> = audio.chunks().collect();
        assert!(pieces.len() == 2 && pieces[0].is_ok() && pieces[1].is_err());
    }
}
