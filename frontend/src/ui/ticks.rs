//! Round numbers for an axis.

/// Ticks from 0 to a round number at or above `most`, three to five of them.
pub(super) fn ticks(most: f64) -> Vec<f64> {
    let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
    let raw = most / 4.0;
    let magnitude = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|m| m * magnitude)
        .find(|s| *s >= raw * 0.999);
    // Calls and minutes are counted: no tick between whole numbers while they are few.
    let step = step.unwrap_or(raw).max(if most >= 1.0 { 1.0 } else { 0.0 });
    let count = (most / step).ceil() as u32;
    (0..=count).map(|i| f64::from(i) * step).collect()
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn ticks_are_round_and_reach_the_highest_value() {
        assert_eq!(ticks(37.0), vec![0.0, 10.0, 20.0, 30.0, 40.0]);
        assert_eq!(ticks(3.0), vec![0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(0.0), vec![0.0, 1.0]);
        assert_eq!(ticks(f64::NAN), vec![0.0, 1.0]);
    }

    #[test]
    fn every_maximum_gets_few_ticks_that_cover_it() {
        for most in 1..5_000 {
            let ticks = ticks(f64::from(most));
            assert!(ticks.len() <= 6, "{most}: {ticks:?}");
            assert!(
                ticks.last().is_some_and(|top| *top >= f64::from(most)),
                "{most}: {ticks:?}"
            );
        }
    }
}
