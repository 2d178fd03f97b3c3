//! How long a failed job waits before it is tried again.

use std::time::Duration;

/// Exponential back-off with jitter: the n-th failure waits between half of and
/// the whole of `base * 2^(n-1)`, never more than `cap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackOff {
    /// The longest wait after the first failure.
    pub base: Duration,
    /// The longest wait at all.
    pub cap: Duration,
}

impl Default for BackOff {
    /// 5 s doubling up to one hour: ten attempts take about half an hour.
    fn default() -> Self {
        Self {
            base: Duration::from_secs(5),
            cap: Duration::from_secs(3600),
        }
    }
}

impl BackOff {
    /// The wait after failure number `attempt` (from 1).
    pub fn delay(self, attempt: i32) -> Duration {
        // 2^31 of any base is past the cap; the clamp keeps the shift in range.
        let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(31);
        let longest = self.base.saturating_mul(1 << doublings).min(self.cap);
        longest.mul_f64(rand::random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delay_doubles_with_jitter_up_to_the_cap() {
        let back_off = BackOff {
            base: Duration::from_secs(2),
            cap: Duration::from_secs(60),
        };
        for (attempt, longest) in [(1, 2), (2, 4), (5, 32), (6, 60), (1000, 60), (i32::MAX, 60)] {
            let delay = back_off.delay(attempt);
            let longest = Duration::from_secs(longest);
            assert!(delay >= longest / 2 && delay <= longest, "{attempt}: {delay:?}");
        }
    }
}
