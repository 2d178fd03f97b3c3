//! The one client of the process.

use crate::config::SummaryConfig;
use mistral::chat::Usage;
use mistral::price::Price;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest pause that a vendor's `Retry-After` makes; then it is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// Asks the model, if there is one.
#[derive(Debug)]
pub struct Summarizer {
    client: Option<mistral::Client>,
    price: Option<Price>,
    paused_until: Mutex<Option<Instant>>,
}

impl Summarizer {
    /// # Errors
    /// A base URL or a key that can not be used.
    pub fn open(config: &SummaryConfig) -> Result<Self, mistral::Error> {
        let client = config
            .key
            .clone()
            .map(|key| mistral::Client::new(config.base_url.clone(), key, mistral::Timeouts::default()))
            .transpose()?;
        Ok(Self {
            client,
            price: config.price,
            paused_until: Mutex::new(None),
        })
    }

    /// `None`: no key is set.
    pub fn client(&self) -> Option<&mistral::Client> {
        self.client.as_ref()
    }

    /// What an answer cost; `None` where the model's price is not known.
    pub fn usd_micros(&self, model: &str, usage: Usage) -> Option<i64> {
        let price = self.price.or_else(|| Price::of(model))?;
        Some(price.usd_micros(usage))
    }

    /// Nobody of this process asks for so long; returns how long.
    pub fn pause(&self, asked: Option<Duration>) -> Duration {
        let wait = asked
            .unwrap_or(Duration::from_secs(15))
            .clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        let until = Instant::now() + wait;
        let mut paused = self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        *paused = Some(paused.map_or(until, |before| before.max(until)));
        wait
    }

    /// How much of a pause is left.
    pub fn paused(&self) -> Option<Duration> {
        let paused = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        let left = paused?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}
