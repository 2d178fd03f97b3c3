//! A clip as raw samples, for the conversation socket.

use symphonia::core::audio::SampleBuffer;
use symphonia::core::codecs::DecoderOptions;
use symphonia::core::io::MediaSourceStream;

use super::Speech;
use crate::catalogue::Role;
use crate::rng::hash;

impl Speech {
    /// What an agent says, as `pcm_16000` (16 bit little endian, mono); empty where it cannot be decoded.
    pub fn pcm(&self, language: &str, text: &str) -> Vec<u8> {
        let clip = self
            .clip(self.spoken(language), Role::Agent, text, hash(text))
            .unwrap_or_default();
        decode(clip).unwrap_or_default()
    }
}

fn decode(clip: &'static [u8]) -> Option<Vec<u8>> {
    let source = MediaSourceStream::new(Box::new(std::io::Cursor::new(clip)), Default::default());
    let probed = symphonia::default::get_probe()
        .format(
            &Default::default(),
            source,
            &Default::default(),
            &Default::default(),
        )
        .ok()?;
    let mut format = probed.format;
    let track = format.default_track()?.clone();
    let mut decoder = symphonia::default::get_codecs()
        .make(&track.codec_params, &DecoderOptions::default())
        .ok()?;
    let mut samples = Vec::new();
    while let Ok(packet) = format.next_packet() {
        let Ok(decoded) = decoder.decode(&packet) else {
            continue;
        };
        let mut buffer = SampleBuffer::<i16>::new(decoded.capacity() as u64, *decoded.spec());
        buffer.copy_interleaved_ref(decoded);
        samples.extend(buffer.samples().iter().flat_map(|sample| sample.to_le_bytes()));
    }
    Some(samples)
}
