//! What a call is: agent, channel, outcome, all drawn from one seed. The words are made when asked for (`script`),
//! so that a hundred thousand past calls cost a few hundred bytes each.

use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;

use super::Profile;
use super::progress::{Phase, Progress};
use super::script::{Script, Turn};
use crate::catalogue::Catalogue;
use crate::rng::Rng;
use crate::sync::lock;

/// How the two sides were connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    InboundTwilio,
    InboundSip,
    OutboundTwilio,
    OutboundSip,
    Widget,
    JsSdk,
    ReactSdk,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
    /// Hung up after the greeting.
    Short,
    Voicemail,
    NoAnswer,
    Busy,
    /// Refused by who was called.
    Declined,
    /// The model failed in the middle.
    Error,
}

impl Outcome {
    /// The call never began: status `failed`, no transcript, `call_initiation_failure`.
    pub fn never_began(self) -> bool {
        matches!(self, Self::NoAnswer | Self::Busy | Self::Declined)
    }

    /// The words that `/_control/calls` takes.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "success" => Self::Success,
            "failure" => Self::Failure,
            "short" => Self::Short,
            "voicemail" => Self::Voicemail,
            "no-answer" | "no_answer" => Self::NoAnswer,
            "busy" => Self::Busy,
            "declined" => Self::Declined,
            "error" => Self::Error,
            _ => return None,
        })
    }
}

impl Channel {
    pub fn is_phone(self) -> bool {
        !matches!(self, Self::Widget | Self::JsSdk | Self::ReactSdk)
    }

    pub fn is_outbound(self) -> bool {
        matches!(self, Self::OutboundTwilio | Self::OutboundSip)
    }

    pub fn is_sip(self) -> bool {
        matches!(self, Self::InboundSip | Self::OutboundSip)
    }

    /// `conversation_initiation_source`.
    pub fn source(self) -> &'static str {
        match self {
            Self::InboundTwilio | Self::OutboundTwilio => "twilio",
            Self::InboundSip | Self::OutboundSip => "sip_trunk",
            Self::Widget => "widget",
            Self::JsSdk => "js_sdk",
            Self::ReactSdk => "react_sdk",
        }
    }

    /// `direction`; the vendor leaves it out where no telephone is involved.
    pub fn direction(self) -> Option<&'static str> {
        self.is_phone()
            .then_some(if self.is_outbound() { "outbound" } else { "inbound" })
    }
}

/// Wishes of a test for one call.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    pub language: Option<String>,
    pub outcome: Option<Outcome>,
    /// Turns after which it ends.
    pub turns: Option<usize>,
}

/// One conversation.
#[derive(Debug)]
pub struct Call {
    pub id: String,
    pub seed: u64,
    /// Unix seconds.
    pub start: i64,
    pub profile: Arc<Profile>,
    pub language: String,
    pub scenario: String,
    pub channel: Channel,
    pub outcome: Outcome,
    pub user_id: Option<String>,
    pub turn_limit: Option<usize>,
    pub progress: Progress,
    /// What the caller or an operator said of it, as the vendor's `feedback` object.
    pub feedback: Mutex<Option<Value>>,
    /// Turns that follow no script: a real client's over the socket, and those after a supervisor intervened.
    pub spoken: OnceLock<Mutex<Vec<Turn>>>,
    /// Seconds and number of turns of the whole script, kept because lists filter on them.
    planned_secs: u32,
    planned_turns: u32,
}

impl Call {
    /// Plans a call that starts (or started) at `start`.
    pub fn plan(
        seed: u64,
        start: i64,
        profile: Arc<Profile>,
        catalogue: &Catalogue,
        wishes: &Wishes,
    ) -> Self {
        let mut rng = Rng::new(seed);
        let id = format!("conv_{:04}k{}", rng.below(10_000), rng.letters(23));
        let language = wishes
            .language
            .clone()
            .unwrap_or_else(|| profile.language.clone());
        // Drawn in any case: what follows must stay the same.
        let drawn = draw_channel(&mut rng, profile.outbound_share);
        let channel = match profile.text_only {
            true => Channel::JsSdk,
            false => drawn,
        };
        let outcome = wishes.outcome.unwrap_or_else(|| draw_outcome(&mut rng, channel));
        let known = catalogue.language(&language).map(|language| &language.scenarios);
        let scenario = rng
            .pick(&profile.scenarios)
            .cloned()
            .or_else(|| known.and_then(|all| rng.pick(&all.keys().cloned().collect::<Vec<_>>()).cloned()))
            .unwrap_or_default();
        let user_id = rng.chance(0.35).then(|| format!("user_{}", rng.letters(12)));
        let mut call = Self {
            id,
            seed,
            start,
            profile,
            language,
            scenario,
            channel,
            outcome,
            user_id,
            turn_limit: wishes.turns,
            progress: Progress::new(
                if outcome.never_began() || outcome == Outcome::Error {
                    Phase::Failed
                } else {
                    Phase::Done
                },
                usize::MAX,
            ),
            feedback: Mutex::new(None),
            spoken: OnceLock::new(),
            planned_secs: 0,
            planned_turns: 0,
        };
        if rng.chance(0.06) && !outcome.never_began() {
            *lock(&call.feedback) = Some(super::detail::rating(
                i64::try_from(1 + rng.below(5)).unwrap_or(3),
                None,
            ));
        }
        let script = Script::write(&call, catalogue);
        call.planned_secs = script.seconds();
        call.planned_turns = u32::try_from(script.turns.len()).unwrap_or(u32::MAX);
        call
    }

    /// Turns that the vendor would report now.
    pub fn shown_turns(&self) -> usize {
        self.progress.shown().min(self.turn_count())
    }

    /// Turns of the whole call.
    pub fn turn_count(&self) -> usize {
        self.spoken
            .get()
            .map_or(self.planned_turns as usize, |spoken| lock(spoken).len())
    }

    /// Whole seconds of the whole call.
    pub fn seconds(&self) -> i64 {
        match self.spoken.get() {
            Some(spoken) => lock(spoken)
                .last()
                .map_or(0, |turn| (turn.at + turn.len).ceil() as i64),
            None => i64::from(self.planned_secs),
        }
    }
}

fn draw_channel(rng: &mut Rng, outbound_share: f64) -> Channel {
    if rng.chance(outbound_share) {
        return if rng.chance(0.7) {
            Channel::OutboundTwilio
        } else {
            Channel::OutboundSip
        };
    }
    match rng.weighted(&[0.5, 0.2, 0.2, 0.05, 0.05]) {
        0 => Channel::InboundTwilio,
        1 => Channel::InboundSip,
        2 => Channel::Widget,
        3 => Channel::JsSdk,
        _ => Channel::ReactSdk,
    }
}

fn draw_outcome(rng: &mut Rng, channel: Channel) -> Outcome {
    let outbound = if channel.is_outbound() { 1.0 } else { 0.0 };
    let weights = [
        0.72,
        0.15,
        0.06,
        0.08 * outbound,
        0.08 * outbound,
        0.04 * outbound,
        0.015,
    ];
    match rng.weighted(&weights) {
        0 => Outcome::Success,
        1 => Outcome::Failure,
        2 => Outcome::Short,
        3 => Outcome::Voicemail,
        4 => Outcome::NoAnswer,
        5 if rng.chance(0.3) => Outcome::Declined,
        5 => Outcome::Busy,
        _ => Outcome::Error,
    }
}
