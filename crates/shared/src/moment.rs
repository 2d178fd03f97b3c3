//! Points in time as the API writes them, `2026-11-24T12:00:00.25Z`. Chrono's own reader takes every spelling there is, and
//! is a twentieth of what the browser would fetch for the first page.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::de::{Deserialize, Deserializer, Error, Unexpected};

/// Reads `2026-11-24`.
pub fn day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    NaiveDate::from_ymd_opt(number(year)? as i32, number(month)?, number(day)?)
}

/// Reads a point in time with its offset from UTC.
pub fn moment(text: &str) -> Option<DateTime<Utc>> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let end = rest.find(['Z', 'z', '+', '-'])?;
    let (time, offset) = rest.split_at_checked(end)?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = clock.splitn(3, ':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let at =
        day(date)?.and_hms_nano_opt(number(hour)?, number(minute)?, number(second)?, nanos(fraction)?)?;
    at.and_utc()
        .checked_sub_signed(TimeDelta::minutes(minutes_ahead(offset)?))
}

/// Digits alone: a sign is no number here.
fn number(digits: &str) -> Option<u32> {
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

/// Digits beyond the ninth say nothing any more.
fn nanos(fraction: &str) -> Option<u32> {
    let kept = fraction.get(..9).unwrap_or(fraction);
    let places = 9 - u32::try_from(kept.len()).ok()?;
    match kept {
        "" => Some(0),
        kept => Some(number(kept)? * 10_u32.pow(places)),
    }
}

fn minutes_ahead(offset: &str) -> Option<i64> {
    let (sign, rest) = offset.split_at_checked(1)?;
    if sign.eq_ignore_ascii_case("z") {
        return rest.is_empty().then_some(0);
    }
    let (hours, minutes) = rest.split_once(':')?;
    let ahead = i64::from(number(hours)?) * 60 + i64::from(number(minutes)?);
    Some(if sign == "-" { -ahead } else { ahead })
}

fn expected<E: Error>(text: &str) -> E {
    E::invalid_value(
        Unexpected::Str(text),
        &"a point in time such as 2026-11-24T12:00:00Z",
    )
}

/// For `serde(deserialize_with)`.
pub(crate) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(from)?;
    moment(&text).ok_or_else(|| expected(&text))
}

/// The same for what may be missing.
pub(crate) fn read_optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    match Option::<String>::deserialize(from)? {
        Some(text) => moment(&text).map(Some).ok_or_else(|| expected(&text)),
        None => Ok(None),
    }
}

/// A calendar day.
pub(crate) fn read_day<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(from)?;
    day(&text).ok_or_else(|| expected(&text))
}

/// The same for one that may be missing.
pub(crate) fn read_optional_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    match Option::<String>::deserialize(from)? {
        Some(text) => day(&text).map(Some).ok_or_else(|| expected(&text)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::{day, moment};
    use chrono::{DateTime, NaiveDate, Utc};

    #[test]
    fn moments_are_read_as_chrono_reads_them() {
        for text in [
            "2026-11-24T12:00:00Z",
            "2026-11-24T12:00:00.25Z",
            "2026-11-27T00:10:01.993876521Z",
            "2024-02-29T23:59:59.000001Z",
            "2026-11-24T12:00:00+05:30",
            "2026-01-01T00:15:00-01:00",
            "1969-12-31T23:59:59z",
        ] {
            assert_eq!(
                moment(text),
                Some(text.parse::<DateTime<Utc>>().unwrap()),
                "{text}"
            );
            let written = serde_json::to_value(moment(text)).unwrap();
            assert_eq!(moment(written.as_str().unwrap()), moment(text));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-24",
            "2026-11-24T12:00:00",
            "2026-13-24T12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-11-24T25:00:00Z",
            "2026-11-24T+1:00:00Z",
            "2026-11-24T12:00Z",
            "2026-11-24T12:00:00.xZ",
            "2026-11-24T12:00:00Zx",
            "2026-11-24T12:00:00+1",
            "99999999999-11-24T12:00:00Z",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    /// One forgotten field brings chrono's reader into what every page fetches.
    #[test]
    fn every_field_that_is_a_time_is_read_by_this_reader() {
        let sources = std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("src");
        let (mut places, mut seen) = (vec![sources], 0);
        while let Some(path) = places.pop() {
            if path.is_dir() {
                places.extend(
                    std::fs::read_dir(path)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let mut written_by_hand = false;
            let mut attributes = String::new();
            for line in text.lines().map(str::trim) {
                if line.starts_with("#[derive(") {
                    written_by_hand = !line.contains("Deserialize");
                }
                if line.starts_with("pub ")
                    && (line.contains("DateTime<Utc>,") || line.contains("DateTime<Utc>>,"))
                {
                    seen += 1;
                    assert!(
                        written_by_hand || attributes.contains("crate::moment::"),
                        "{}: {line}",
                        path.display()
                    );
                }
                let is_beside =
                    line.starts_with('#') || line.starts_with("//") || line.contains('"') || line == ")]";
                match is_beside {
                    true => attributes.push_str(line),
                    false => attributes.clear(),
                }
            }
        }
        assert!(seen > 50, "only {seen} fields were seen");
    }

    #[test]
    fn days_are_whole() {
        assert_eq!(day("2026-11-24"), NaiveDate::from_ymd_opt(2026, 11, 24));
        for text in [
            "2026-11",
            "2026-1-1",
            "2026-11-31",
            "2026-11-24T00:00:00Z",
            "+026-11-24",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
