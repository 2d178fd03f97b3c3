//! How far back: a list or a deed reaches from then until now.

use chrono::{DateTime, Duration, Utc};

use crate::format;
use crate::ui::Choice;

/// As the chip offers them: value, label, hours.
const PERIODS: [(&str, &str, i64); 4] = [
    ("hour", "Last hour", 1),
    ("day", "Last 24 hours", 24),
    ("week", "Last 7 days", 168),
    ("month", "Last 30 days", 720),
];

pub(super) fn choices() -> Vec<Choice> {
    PERIODS
        .iter()
        .map(|(value, label, _)| Choice::new(*value, *label))
        .collect()
}

/// This moment, by the browser's clock.
pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(format::now_ms() as i64).unwrap_or_default()
}

/// Where the chosen period begins; `None`: everything.
pub(super) fn since(chosen: Option<&str>) -> Option<DateTime<Utc>> {
    let (_, _, hours) = PERIODS.iter().find(|(value, _, _)| Some(*value) == chosen)?;
    now().checked_sub_signed(Duration::hours(*hours))
}
