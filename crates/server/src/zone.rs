//! Days of an organization's zone as half-open ranges of UTC. Cards, tables and exports cut time by these.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The first moment of `date` on the wall clock of `zone`. Where midnight does not exist (a clock change at
/// midnight), the first moment after the gap.
pub fn day_start(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    // Gaps are an hour at most in the zones of today; a whole day was skipped once (Samoa, 2011).
    for minutes in (0..=25 * 60).step_by(15) {
        if let Some(start) = zone
            .from_local_datetime(&(midnight + Duration::minutes(minutes)))
            .earliest()
        {
            return start.with_timezone(&Utc);
        }
    }
    Utc.from_utc_datetime(&midnight)
}

/// `date` as the half-open range from its first moment to that of the next day.
pub fn day_range(zone: Tz, date: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    (day_start(zone, date), day_start(zone, date + Duration::days(1)))
}

/// The date on the wall clock of `zone`.
pub fn date_at(zone: Tz, moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_with_a_clock_change_have_23_and_25_hours() {
        let berlin = chrono_tz::Europe::Berlin;
        let hours = |y, m, d| {
            let (from, to) = day_range(berlin, NaiveDate::from_ymd_opt(y, m, d).unwrap());
            (to - from).num_hours()
        };
        assert_eq!(hours(2026, 3, 29), 23);
        assert_eq!(hours(2026, 10, 25), 25);
        assert_eq!(hours(2026, 11, 22), 24);
    }

    #[test]
    fn a_midnight_that_does_not_exist_begins_after_the_gap() {
        let start = day_start(
            chrono_tz::Africa::Cairo,
            NaiveDate::from_ymd_opt(2024, 4, 26).unwrap(),
        );
        assert_eq!(start.to_rfc3339(), "2024-04-25T22:00:00+00:00");
    }

    proptest! {
        #[test]
        fn every_moment_lies_in_exactly_the_day_that_the_wall_clock_shows(
            seconds in 1_400_000_000i64..2_000_000_000, zone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..])
        ) {
            let moment = DateTime::from_timestamp(seconds, 0).unwrap();
            let (from, to) = day_range(zone, date_at(zone, moment));
            prop_assert!(from <= moment && moment < to, "{moment} is not in {from}..{to} of {zone}");
        }
    }
}
