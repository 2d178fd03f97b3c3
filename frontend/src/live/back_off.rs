//! How long to wait before the socket is opened again.

/// Milliseconds before the first repetition.
const FIRST: f64 = 500.0;
/// And at most.
const MOST: f64 = 30_000.0;

/// Milliseconds to wait after `failures` in a row; `random` is 0–1. Half of it is chance, so that the tabs of a whole
/// office do not come back in the same moment after a restart.
pub(super) fn back_off(failures: u32, random: f64) -> u32 {
    let whole = (FIRST * f64::from(1_u32 << failures.saturating_sub(1).min(10))).min(MOST);
    (whole * (0.5 + 0.5 * random.clamp(0.0, 1.0))) as u32
}

#[cfg(test)]
mod tests {
    use super::back_off;

    #[test]
    fn waits_double_and_are_bounded_and_spread() {
        assert_eq!(back_off(1, 1.0), 500);
        assert_eq!(back_off(1, 0.0), 250);
        assert_eq!(back_off(3, 1.0), 2_000);
        assert_eq!(back_off(40, 1.0), 30_000);
        assert_eq!(back_off(40, 0.0), 15_000);
    }
}
