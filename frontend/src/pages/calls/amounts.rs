//! Lengths and sums of money as people type them.

/// `90`, `1:30` or `1:02:05` as seconds.
pub(super) fn seconds(text: &str) -> Option<i32> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    parts.into_iter().try_fold(0_i32, |sum, part| {
        let number: i32 = part.trim().parse().ok().filter(|number| *number >= 0)?;
        sum.checked_mul(60)?.checked_add(number)
    })
}

/// `0.5`, `$1,20` or `12` as millionths of a dollar, without a float in between.
pub(super) fn usd_micros(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches('$').trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !all_digits(whole) || !all_digits(part) || part.len() > 6 {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(part)
}

/// Millionths of a dollar as one would type them.
pub(super) fn typed_usd(micros: i64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_they_are_typed() {
        assert_eq!(seconds("90"), Some(90));
        assert_eq!(seconds(" 1:30 "), Some(90));
        assert_eq!(seconds("1:02:05"), Some(3_725));
        for bad in ["", "a", "1:", "-5", "1:2:3:4", "99999999999"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn money_is_read_to_the_last_place_and_written_back() {
        for (text, micros) in [
            ("0.5", 500_000),
            ("$1,20", 1_200_000),
            ("12", 12_000_000),
            (".000001", 1),
        ] {
            assert_eq!(usd_micros(text), Some(micros));
            assert_eq!(usd_micros(&typed_usd(micros)), Some(micros));
        }
        assert_eq!(typed_usd(12_000_000), "12");
        for bad in ["", ".", "1.2.3", "-1", "1e3", "0.0000001"] {
            assert_eq!(usd_micros(bad), None, "{bad}");
        }
    }
}
