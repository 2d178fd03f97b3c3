//! Lengths of time.

use super::number::fixed;

/// `3m 24s`, `1h 05m`, `42s`.
pub fn duration(seconds: f64) -> String {
    let all = whole(seconds);
    let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m {seconds:02}s"),
        _ => format!("{hours}h {minutes:02}m"),
    }
}

/// A position in a sound: `3:24`, `1:03:24`.
pub fn clock(seconds: f64) -> String {
    let all = whole(seconds);
    let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
    if hours == 0 {
        format!("{minutes}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

/// Short spans with their fractions: `0.84 s`.
pub fn seconds(seconds: f64) -> String {
    format!("{} s", fixed(seconds, 2))
}

/// Whole minutes of talk, for sums.
pub fn minutes(seconds: i64) -> i64 {
    (seconds + 30) / 60
}

fn whole(seconds: f64) -> u64 {
    if seconds.is_finite() && seconds > 0.0 {
        seconds as u64
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::{clock, duration, minutes};

    #[test]
    fn durations_name_their_units() {
        assert_eq!(duration(42.9), "42s");
        assert_eq!(duration(204.0), "3m 24s");
        assert_eq!(duration(3_904.0), "1h 05m");
        assert_eq!(duration(-1.0), "0s");
        assert_eq!(duration(f64::NAN), "0s");
    }

    #[test]
    fn positions_read_like_a_clock() {
        assert_eq!(clock(0.0), "0:00");
        assert_eq!(clock(204.4), "3:24");
        assert_eq!(clock(3_804.0), "1:03:24");
    }

    #[test]
    fn minutes_are_rounded_to_the_nearest() {
        assert_eq!((minutes(29), minutes(30), minutes(90)), (0, 1, 2));
    }
}
