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
        format!("{value:.1}")
    } else {
        integer(value)
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
    use super::{decimal, integer, percent, signed_percent};

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
}
