//! Round numbers for an axis.

use crate::format::fixed;

/// Ticks from 0 to a round number at or above `most`, three to five of them.
pub(super) fn ticks(most: f64) -> Vec<f64> {
    let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
    let raw = most / 4.0;
    let magnitude = magnitude(raw);
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|m| m * magnitude)
        .find(|s| *s >= raw * 0.999);
    // Calls and minutes are counted: no tick between whole numbers while they are few.
    let step = step.unwrap_or(raw).max(if most >= 1.0 { 1.0 } else { 0.0 });
    let count = (most / step).ceil() as u32;
    (0..=count).map(|i| f64::from(i) * step).collect()
}

/// The power of ten at or below a number.
fn magnitude(number: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= number {
        power *= 10.0;
    }
    while power > number {
        power /= 10.0;
    }
    power
}

/// A tick without needless places: `5`, `7.5`.
pub(super) fn tick_label(tick: f64) -> String {
    let is_whole = |number: f64| number.fract().abs() < 1e-9;
    let places = if is_whole(tick) {
        0
    } else if is_whole(tick * 10.0) {
        1
    } else {
        2
    };
    fixed(tick, places)
}

#[cfg(test)]
mod tests {
    use super::{tick_label, ticks};

    #[test]
    fn ticks_are_written_as_short_as_they_can() {
        let labels = [0.0, 5.0, 2.5, 0.25, 100_000.0].map(tick_label);
        assert_eq!(labels, ["0", "5", "2.5", "0.25", "100000"]);
    }

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
