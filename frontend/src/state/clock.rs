//! The time as the page sees it, for what ticks: running calls, "4 min ago".

use std::time::Duration;

use leptos::prelude::*;

use super::memo::Memo;
use crate::format;

/// Epoch milliseconds by the browser's clock, renewed once a second.
#[derive(Clone, Copy)]
pub struct Clock {
    second: RwSignal<f64>,
    half_minute: Memo<f64>,
}

impl Clock {
    pub(super) fn provide() {
        let second = RwSignal::new(format::now_ms());
        let half_minute = Memo::new(move |_| (second.get() / 30_000.0).floor() * 30_000.0);
        set_interval(move || second.set(format::now_ms()), Duration::from_secs(1));
        provide_context(Self { second, half_minute });
    }

    pub fn here() -> Self {
        expect_context()
    }

    /// Renewed every second.
    pub fn second(self) -> f64 {
        self.second.get()
    }

    /// Renewed twice a minute: enough for relative times, and a long list stays quiet.
    pub fn half_minute(self) -> f64 {
        self.half_minute.get()
    }
}
