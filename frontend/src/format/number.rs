//! Counts and shares.

use super::money::grouped;

/// `12,408`; not a number is a dash.
pub fn integer(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let sign = if value <= -0.5 { "−" } else { "" };
    format!("{sign}{}", grouped(value.abs().round() as u64))
}

/// One place under ten, none above.
pub fn decimal(value: f64) -> String {
    if value.abs() < 10.0 {
        fixed(value, 1)
    } else {
        integer(value)
    }
}

/// With so many places after the point, for sizes and coordinates. The library's own printing of floating-point numbers
/// is a fiftieth of what the application weighs.
pub fn fixed(value: f64, places: u32) -> String {
    let one = 10_u64.pow(places);
    // What is no number counts as nought here, as a size must be one.
    let all = (value.abs() * one as f64).round() as u64;
    let sign = if value < 0.0 && all > 0 { "-" } else { "" };
    let (whole, rest) = (all / one, all % one);
    match places {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest:0places$}", places = places as usize),
    }
}

/// 0–1 as `82 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", integer(share * 100.0))
}

/// A change as `+12 %` or `−3 %`.
pub fn signed_percent(share: f64) -> String {
    let sign = if share >= 0.0 { "+" } else { "" };
    format!("{sign}{}", percent(share))
}

#[cfg(test)]
mod tests {
    use super::{decimal, fixed, integer, percent, signed_percent};

    #[test]
    fn counts_are_grouped_and_shares_are_percentages() {
        assert_eq!(integer(12_408.0), "12,408");
        assert_eq!(integer(-1_000.0), "−1,000");
        assert_eq!(integer(f64::INFINITY), "–");
        assert_eq!(decimal(3.16), "3.2");
        assert_eq!(decimal(31.4), "31");
        assert_eq!(percent(0.824), "82 %");
        assert_eq!(signed_percent(-0.03), "−3 %");
        assert_eq!(signed_percent(0.0), "+0 %");
    }

    #[test]
    fn places_are_rounded_and_filled() {
        assert_eq!(
            (fixed(12.345, 2).as_str(), fixed(0.05, 1).as_str()),
            ("12.35", "0.1")
        );
        assert_eq!((fixed(7.0, 2).as_str(), fixed(7.6, 0).as_str()), ("7.00", "8"));
        assert_eq!(
            (fixed(-1.5, 1).as_str(), fixed(-0.01, 1).as_str()),
            ("-1.5", "0.0")
        );
        assert_eq!(fixed(f64::NAN, 1), "0.0");
    }
}
