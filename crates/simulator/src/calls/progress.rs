//! How far a call has come. Past calls are born finished; live ones are moved on by `live::engine`.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};

/// The vendor's `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Initiated,
    InProgress,
    Processing,
    Done,
    Failed,
}

impl Phase {
    /// The vendor's word; note the hyphen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::InProgress => "in-progress",
            Self::Processing => "processing",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Whether somebody is still on the line.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Initiated | Self::InProgress)
    }
}

/// Changes without a lock, because lists read it for every call.
#[derive(Debug)]
pub struct Progress {
    phase: AtomicU8,
    shown: AtomicUsize,
    hung_up: AtomicBool,
    audio_missing: AtomicBool,
}

impl Progress {
    /// Starts at `phase` with `shown` turns spoken.
    pub fn new(phase: Phase, shown: usize) -> Self {
        let progress = Self {
            phase: AtomicU8::new(0),
            shown: AtomicUsize::new(shown),
            hung_up: AtomicBool::new(false),
            audio_missing: AtomicBool::new(false),
        };
        progress.enter(phase);
        progress
    }

    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Acquire) {
            0 => Phase::Initiated,
            1 => Phase::InProgress,
            2 => Phase::Processing,
            3 => Phase::Done,
            _ => Phase::Failed,
        }
    }

    pub fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Release);
    }

    /// Turns spoken so far; `usize::MAX` means all.
    pub fn shown(&self) -> usize {
        self.shown.load(Ordering::Acquire)
    }

    pub fn show(&self, turns: usize) {
        self.shown.store(turns, Ordering::Release);
    }

    /// Ended before the script did, by an `end_call` command.
    pub fn hang_up(&self) {
        self.hung_up.store(true, Ordering::Release);
    }

    pub fn hung_up(&self) -> bool {
        self.hung_up.load(Ordering::Acquire)
    }

    /// The recording was lost, by a fault.
    pub fn lose_audio(&self, lost: bool) {
        self.audio_missing.store(lost, Ordering::Release);
    }

    pub fn audio_lost(&self) -> bool {
        self.audio_missing.load(Ordering::Acquire)
    }
}
