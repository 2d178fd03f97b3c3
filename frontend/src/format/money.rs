//! Amounts of money from whole numbers.

/// Millionths of a US dollar as `$1,204.50`. Amounts under ten cents keep four places, as calls cost that little.
pub fn usd_micros(micros: i64) -> String {
    let sign = if micros < 0 { "−" } else { "" };
    let all = micros.unsigned_abs();
    if all != 0 && all < 100_000 {
        return format!("{sign}$0.{:04}", (all + 50) / 100);
    }
    let cents = (all + 5_000) / 10_000;
    format!("{sign}${}.{:02}", grouped(cents / 100), cents % 100)
}

/// `1204` as `1,204`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::usd_micros;

    #[test]
    fn dollars_are_rounded_to_cents_and_grouped() {
        assert_eq!(usd_micros(1_204_500_000), "$1,204.50");
        assert_eq!(usd_micros(999_995_000), "$1,000.00");
        assert_eq!(usd_micros(0), "$0.00");
        assert_eq!(usd_micros(-2_000_000), "−$2.00");
    }

    #[test]
    fn small_amounts_keep_four_places() {
        assert_eq!(usd_micros(8_420), "$0.0084");
        assert_eq!(usd_micros(99_999), "$0.1000");
    }
}
