//! When a request is repeated, and how long to wait before.

use std::time::Duration;

use backon::ExponentialBuilder;

use crate::Error;

/// How often and how patiently a failed request is repeated.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Repeats after the first attempt; 0 switches repeating off.
    pub max_retries: usize,
    /// Wait before the first repeat; doubles each time, with random jitter added.
    pub min_delay: Duration,
    /// Longest wait between two attempts. A `Retry-After` above it is not waited for: the caller
    /// gets [`Error::RateLimited`] with the vendor's figure and can schedule a later try.
    pub max_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 3,
            min_delay: Duration::from_millis(300),
            max_delay: Duration::from_secs(15),
        }
    }
}

impl RetryPolicy {
    /// Every request is tried once.
    pub fn never() -> Self {
        Self {
            max_retries: 0,
            ..Self::default()
        }
    }

    pub(crate) fn schedule(&self) -> ExponentialBuilder {
        ExponentialBuilder::default()
            .with_min_delay(self.min_delay)
            .with_max_delay(self.max_delay)
            .with_max_times(self.max_retries)
            .with_jitter()
    }

    /// The wait before the next attempt, or `None` to give up.
    pub(crate) fn delay_after(&self, error: &Error, planned: Option<Duration>) -> Option<Duration> {
        let planned = planned?;
        match error {
            Error::RateLimited {
                retry_after: Some(asked),
                ..
            } if *asked > self.max_delay => None,
            Error::RateLimited {
                retry_after: Some(asked),
                ..
            } => Some(planned.max(*asked)),
            _ => Some(planned),
        }
    }
}

/// Which failures of a request may be answered by sending it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Reading, or removing by id: sending it twice does what once does.
    Always,
    /// Changes something, so only where the vendor says that it did nothing (429).
    OnlyIfRefused,
    /// Creates: never. A lost reply may hide a success.
    Never,
}

impl Repeat {
    pub(crate) fn allows(self, error: &Error) -> bool {
        match self {
            Self::Always => error.is_transient(),
            Self::OnlyIfRefused => matches!(error, Error::RateLimited { .. }),
            Self::Never => false,
        }
    }
}
