//! Faults that a test switches on through `/_control/faults`. `middleware` applies those of the HTTP API,
//! `distort` adds unknown fields and enum values, `webhooks::delivery` and `http::recording` ask for theirs.

mod distort;
pub mod middleware;

use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::rng::{Rng, mix};
use crate::sync::{read, write};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 429 with Retry-After.
    RateLimit,
    /// 500.
    ServerError,
    /// The answer comes `ms` later.
    Slow,
    /// The connection breaks in the middle of the answer.
    Cut,
    WebhookLost,
    WebhookDoubled,
    /// Sent `ms` later.
    WebhookLate,
    /// Held back until the next event has gone, at most `ms`.
    WebhookOutOfOrder,
    WebhookBadSignature,
    /// Signed with a time more than 30 minutes ago.
    WebhookStale,
    /// 404 until `ms` after the call's end.
    AudioLate,
    AudioMissing,
    /// 200 with a page of words in the place of the sound.
    AudioGarbage,
    /// The first third of the sound only.
    AudioShort,
    /// Each piece of the sound comes `ms` later.
    AudioSlow,
    /// 404, but the detail names an address at which the sound is.
    AudioByLink,
    /// The list of conversations leads from its third page on back to its second.
    CursorRepeats,
    /// Fields that no document names.
    UnknownFields,
    /// Enum values that no document names.
    UnknownEnums,
    /// Mistral answers with JSON of another shape than asked for.
    OffSchema,
    /// Mistral stops in the middle of its answer and says so.
    AnswerCut,
    /// Mistral does the work, and the connection breaks before the answer is there.
    AnswerLost,
    /// Mistral's answer comes as a list of chunks.
    AnswerInChunks,
}

/// One fault.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    #[serde(default)]
    pub id: u64,
    pub kind: Kind,
    /// Only paths (for webhooks: event types) that begin like this.
    #[serde(default)]
    pub path_prefix: Option<String>,
    /// Share of the chances that strike.
    #[serde(default = "always")]
    pub probability: f64,
    /// How often it strikes before it is spent; absent = without end.
    #[serde(default)]
    pub count: Option<u64>,
    /// Milliseconds, for the slow and late ones.
    #[serde(default = "half_a_second")]
    pub ms: u64,
    /// Seconds, for `rate_limit`.
    #[serde(default = "one")]
    pub retry_after: u64,
    /// Which enum fields `unknown_enums` changes; empty = a default list.
    #[serde(default)]
    pub fields: Vec<String>,
    /// How often it has struck.
    #[serde(default)]
    pub struck: u64,
}

fn always() -> f64 {
    1.0
}

fn half_a_second() -> u64 {
    500
}

fn one() -> u64 {
    1
}

/// The faults that are switched on.
#[derive(Debug)]
pub struct Faults {
    seed: u64,
    drawn: AtomicU64,
    last_id: AtomicU64,
    active: RwLock<Vec<Fault>>,
}

impl Faults {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
            last_id: AtomicU64::new(0),
            active: RwLock::default(),
        }
    }

    /// Switches one on and gives it an id.
    pub fn add(&self, mut fault: Fault) -> Fault {
        fault.id = self.last_id.fetch_add(1, Ordering::AcqRel) + 1;
        fault.struck = 0;
        write(&self.active).push(fault.clone());
        fault
    }

    pub fn list(&self) -> Vec<Fault> {
        read(&self.active).clone()
    }

    pub fn clear(&self) {
        write(&self.active).clear();
    }

    /// `false` when there was none with that id.
    pub fn remove(&self, id: u64) -> bool {
        let mut active = write(&self.active);
        let before = active.len();
        active.retain(|fault| fault.id != id);
        active.len() < before
    }

    /// Whether a fault of this kind is switched on; asking spends nothing.
    pub fn is_on(&self, kind: Kind) -> bool {
        read(&self.active)
            .iter()
            .any(|fault| fault.kind == kind && fault.count != Some(0))
    }

    /// Whether a fault of this kind strikes now; a spent one stays in the list with `count` 0.
    pub fn strike(&self, kind: Kind, path: &str) -> Option<Fault> {
        // Nearly always there is none; then the lock for writing is not needed.
        if read(&self.active).is_empty() {
            return None;
        }
        let mut active = write(&self.active);
        let fault = active.iter_mut().find(|fault| {
            fault.kind == kind
                && fault.count != Some(0)
                && fault
                    .path_prefix
                    .as_deref()
                    .is_none_or(|prefix| path.starts_with(prefix))
        })?;
        let drawn = self.drawn.fetch_add(1, Ordering::AcqRel);
        if !Rng::new(mix(&[self.seed, 40, drawn])).chance(fault.probability) {
            return None;
        }
        fault.count = fault.count.map(|left| left - 1);
        fault.struck += 1;
        Some(fault.clone())
    }
}
