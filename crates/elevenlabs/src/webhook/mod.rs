//! What ElevenLabs posts to us: is it theirs, and what does it say.
//!
//! A receiver calls [`verify`] on the raw bytes, stores them with [`Envelope`]'s keys, answers 200,
//! and lets a job read the [`Event`] later.

mod audio;
mod event;
mod failure;
mod signature;

pub use self::audio::AudioPayload;
pub use self::event::{Envelope, Event};
pub use self::failure::{CallInitiationFailure, FailureReason};
pub use self::signature::{SIGNATURE_HEADER, SignatureError, sign, verify};
