//! Points in time, always in a named zone.

use chrono::{DateTime, NaiveDate, Utc};

use super::intl::{Style, format};

/// Milliseconds since the epoch by the browser's clock.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// `22 Nov 2026, 14:05`.
pub fn date_time(at: DateTime<Utc>, zone: &str) -> String {
    format(Style::DateTime, zone, millis(at))
}

/// With weekday, seconds and zone, for the tooltip of a relative time.
pub fn exact(at: DateTime<Utc>, zone: &str) -> String {
    format(Style::Exact, zone, millis(at))
}

/// `14:05`.
pub fn time_of_day(at: DateTime<Utc>, zone: &str) -> String {
    format(Style::Time, zone, millis(at))
}

/// `22 Nov 2026` of a point in time.
fn day_in(at: DateTime<Utc>, zone: &str) -> String {
    format(Style::Day, zone, millis(at))
}

/// `22 Nov 2026` of a calendar day, which has no zone.
pub fn day(day: NaiveDate) -> String {
    format(Style::Day, "UTC", midnight(day))
}

/// `22 Nov`, for axes.
pub fn short_day(day: NaiveDate) -> String {
    format(Style::ShortDay, "UTC", midnight(day))
}

/// Which day it is in the zone.
pub fn today_in(zone: &str) -> NaiveDate {
    shared::moment::day(&format(Style::Iso, zone, now_ms())).unwrap_or_default()
}

/// `just now`, `4 min ago`, `3 h ago`, `yesterday`, `5 days ago`, or `in 23 h`; what is further away gets its date.
pub fn relative(at: DateTime<Utc>, zone: &str) -> String {
    let since = (now_ms() - millis(at)) / 1_000.0;
    match ago(since).or_else(|| ahead(-since)) {
        Some(text) => text,
        None => day_in(at, zone),
    }
}

fn ahead(seconds: f64) -> Option<String> {
    let all = if seconds > 0.0 {
        seconds as u64
    } else {
        return None;
    };
    match all {
        0..3_570 => Some(format!("in {} min", (all + 30) / 60)),
        3_570..171_000 => Some(format!("in {} h", (all + 1_800) / 3_600)),
        171_000..561_600 => Some(format!("in {} days", (all + 43_200) / 86_400)),
        _ => None,
    }
}

fn ago(seconds: f64) -> Option<String> {
    // Clocks differ a little: what lies a moment ahead happened now.
    if seconds < -45.0 {
        return None;
    }
    let all = if seconds > 0.0 { seconds as u64 } else { 0 };
    match all {
        0..45 => Some("just now".to_owned()),
        45..3_570 => Some(format!("{} min ago", (all + 30) / 60)),
        3_570..84_600 => Some(format!("{} h ago", (all + 1_800) / 3_600)),
        84_600..561_600 => {
            let days = (all + 43_200) / 86_400;
            Some(if days == 1 {
                "yesterday".to_owned()
            } else {
                format!("{days} days ago")
            })
        }
        _ => None,
    }
}

fn millis(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64
}

fn midnight(day: NaiveDate) -> f64 {
    millis(day.and_time(chrono::NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::{ago, ahead};

    #[test]
    fn recent_times_are_told_in_the_unit_that_fits() {
        assert_eq!(ago(-5.0).as_deref(), Some("just now"));
        assert_eq!(ago(-60.0), None);
        assert_eq!(ahead(60.0).as_deref(), Some("in 1 min"));
        assert_eq!(ahead(86_300.0).as_deref(), Some("in 24 h"));
        assert_eq!(ahead(3.0 * 86_400.0).as_deref(), Some("in 3 days"));
        assert_eq!(ahead(30.0 * 86_400.0), None);
        assert_eq!(ago(60.0).as_deref(), Some("1 min ago"));
        assert_eq!(ago(3_569.0).as_deref(), Some("59 min ago"));
        assert_eq!(ago(3_600.0).as_deref(), Some("1 h ago"));
        assert_eq!(ago(3.0 * 86_400.0).as_deref(), Some("3 days ago"));
        assert_eq!(ago(30.0 * 86_400.0), None);
    }
}
