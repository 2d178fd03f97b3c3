//! Where the sound of a call is, shared by player and transcript.

use leptos::prelude::*;

/// All times in seconds from the start of the call.
#[derive(Clone, Copy)]
pub struct Playback {
    pub time: RwSignal<f64>,
    pub duration: RwSignal<f64>,
    pub playing: RwSignal<bool>,
    /// A wish of somebody else, fulfilled and emptied by the player.
    pub wish: RwSignal<Option<f64>>,
}

impl Playback {
    /// `duration` is what the call's metadata says, until the sound itself is known.
    pub fn new(duration: f64) -> Self {
        Self {
            time: RwSignal::new(0.0),
            duration: RwSignal::new(duration),
            playing: RwSignal::new(false),
            wish: RwSignal::new(None),
        }
    }

    /// Asks the player to go there and play.
    pub fn seek(self, seconds: f64) {
        self.wish.set(Some(seconds.max(0.0)));
    }
}
