//! What the figures of two periods say about each other.

use crate::format;
use crate::ui::{Delta, Tone};

/// What every figure of today is compared with.
const AGAINST: &str = "yesterday until now";

/// Change of a sum; `None` when there was nothing to compare with.
pub(super) fn change(now: i64, before: i64) -> Option<Delta> {
    (before > 0).then(|| {
        let share = (now - before) as f64 / before as f64;
        Delta {
            text: format::signed_percent(share),
            against: AGAINST.to_owned(),
            rising: direction(share),
            tone: Tone::Plain,
        }
    })
}

/// Change of a share, in percentage points; more is better.
pub(super) fn points(now: Option<f64>, before: Option<f64>) -> Option<Delta> {
    let points = ((now? - before?) * 100.0).round();
    let sign = if points > 0.0 { "+" } else { "" };
    let tone = if points > 0.0 {
        Tone::Good
    } else if points < 0.0 {
        Tone::Bad
    } else {
        Tone::Plain
    };
    Some(Delta {
        text: format!("{sign}{} points", format::integer(points)),
        against: AGAINST.to_owned(),
        rising: direction(points),
        tone,
    })
}

/// Whether it rose or fell; `None` where it stayed.
fn direction(change: f64) -> Option<bool> {
    (change != 0.0).then_some(change > 0.0)
}

/// A course without gaps: where there is no value, the one before goes on.
pub(super) fn course(values: impl Iterator<Item = Option<f64>>) -> Vec<f64> {
    let mut last = 0.0;
    values
        .map(|value| {
            last = value.unwrap_or(last);
            last
        })
        .collect()
}

/// `1 call`, `12 calls`.
pub(super) fn calls(count: i64) -> String {
    let noun = if count == 1 { "call" } else { "calls" };
    format!("{} {noun}", format::integer(count as f64))
}

/// What a bar says when it is pointed at.
pub(super) fn detail(when: &str, count: i64, rate: Option<f64>) -> String {
    match rate {
        Some(rate) => format!("{when} · {} · {} successful", calls(count), format::percent(rate)),
        None => format!("{when} · {}", calls(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::{change, course, detail, points};
    use crate::ui::Tone;

    #[test]
    fn nothing_yesterday_is_no_change_of_infinity() {
        assert_eq!(change(10, 0), None);
        assert_eq!(change(12, 10).unwrap().text, "+20 %");
        assert_eq!(change(8, 10).unwrap().rising, Some(false));
        assert_eq!(change(10, 10).unwrap().rising, None);
    }

    #[test]
    fn shares_change_by_points_and_only_when_both_were_judged() {
        assert_eq!(points(Some(0.8), None), None);
        let fall = points(Some(0.80), Some(0.83)).unwrap();
        assert_eq!((fall.text.as_str(), fall.tone), ("−3 points", Tone::Bad));
        let same = points(Some(0.501), Some(0.5)).unwrap();
        assert_eq!((same.rising, same.tone), (None, Tone::Plain));
    }

    #[test]
    fn a_course_goes_on_over_days_that_nobody_judged() {
        let values = [None, Some(0.5), None, Some(1.0)];
        assert_eq!(course(values.into_iter()), vec![0.0, 0.5, 0.5, 1.0]);
    }

    #[test]
    fn one_call_is_not_calls() {
        assert_eq!(detail("12 May", 1, None), "12 May · 1 call");
        assert_eq!(
            detail("12 May", 41, Some(0.824)),
            "12 May · 41 calls · 82 % successful"
        );
    }
}
