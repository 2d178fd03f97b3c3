//! The vendor's dollar figures, held exactly.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An amount in millionths of a US dollar.
///
/// The API sends prices as JSON numbers such as `0.0123`. They are rounded once, here, from their digits: a binary float
/// would be off at the halves, and sums of many would differ from the sum on the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UsdMicros(pub i64);

impl UsdMicros {
    /// From decimal text such as `0.0123` or `1.5e-7`, rounded half away from zero. `None` for what is no number or too
    /// large for an amount of money.
    pub fn from_decimal(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let digits = digits.trim_start_matches('0');
        // The value is 0.digits * 10^point dollars, of which the first point + 6 digits are whole millionths.
        let point = i64::try_from(digits.len()).ok()? - i64::try_from(fraction.len()).ok()?;
        let micros = whole_micros(digits, point.checked_add(exponent)?.checked_add(6)?)?;
        Some(Self(if negative { -micros } else { micros }))
    }
}

/// The number that the first `count` digits make, rounded by the digit that follows. Missing digits are zeros.
fn whole_micros(digits: &str, count: i64) -> Option<i64> {
    if digits.is_empty() || count < 0 {
        return Some(0);
    }
    // More than an i64 holds, whatever the digits are.
    let count = usize::try_from(count).ok().filter(|count| *count <= 19)?;
    let all = digits.bytes().chain(std::iter::repeat(b'0'));
    let kept = all.take(count).try_fold(0_i64, |sum, digit| {
        sum.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
    })?;
    let rounds_up = digits.as_bytes().get(count).is_some_and(|digit| *digit >= b'5');
    kept.checked_add(i64::from(rounds_up))
}

impl<'de> Deserialize<'de> for UsdMicros {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The digits as they were sent.
        let sent = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_decimal(sent.get()).ok_or_else(|| serde::de::Error::custom("not an amount of money"))
    }
}

impl Serialize for UsdMicros {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::ConversationSummary;
    use proptest::prelude::*;

    /// A list item with this cost, as the client reads it.
    fn cost_of(number: &str) -> Option<i64> {
        let body = format!(
            r#"{{"conversation_id":"c","agent_id":"a","status":"done","cost_fiat":{number},"later":[1]}}"#
        );
        let item: ConversationSummary = crate::request::decode(body.as_bytes()).unwrap();
        item.cost_fiat.map(|cost| cost.0)
    }

    #[test]
    fn halves_round_in_decimal_and_nonsense_is_no_cost() {
        for (number, micros) in [
            ("0.1", Some(100_000)),
            ("7", Some(7_000_000)),
            ("1.0000005", Some(1_000_001)),
            ("1.0000004999999999999999999999", Some(1_000_000)),
            ("0.00000049999999999999999999999999", Some(0)),
            ("0.0000005", Some(1)),
            ("4.9e-7", Some(0)),
            ("5E-7", Some(1)),
            ("-0.0000015", Some(-2)),
            ("12.5e+2", Some(1_250_000_000)),
            ("0", Some(0)),
            ("0e99999999999", Some(0)),
            ("9223372036854.775807", Some(i64::MAX)),
            ("9223372036854.775808", None),
            ("1e300", None),
            ("1e-300", Some(0)),
            ("null", None),
            ("\"0.5\"", None),
            ("true", None),
            ("[0.5]", None),
        ] {
            assert_eq!(cost_of(number), micros, "{number}");
        }
        assert_eq!(UsdMicros::from_decimal(""), None);
        assert_eq!(UsdMicros::from_decimal("."), None);
    }

    #[test]
    fn prices_survive_the_round_trip_to_the_millionth() {
        for micros in [0_i64, 1, 12_345, 999_999, 1_000_000, -7, 123_456_789_012] {
            let text = serde_json::to_string(&UsdMicros(micros)).unwrap();
            assert_eq!(
                serde_json::from_str::<UsdMicros>(&text).unwrap(),
                UsdMicros(micros)
            );
        }
    }

    proptest! {
        /// Every way to write a number: any digits behind the sixth decimal, the point moved by an exponent.
        #[test]
        fn the_digits_decide_whatever_a_float_would_make_of_them(
            micros in 0_i64..9_000_000_000_000_000,
            rest in "[0-9]{0,20}",
            moved in 0_usize..8,
            negative: bool,
        ) {
            let rounds_up = rest.bytes().next().is_some_and(|digit| digit >= b'5');
            let wanted = micros + i64::from(rounds_up);
            let plain = format!("{:07}", micros);
            let (whole, decimals) = plain.split_at(plain.len() - 6);
            let sign = if negative { "-" } else { "" };
            let text = format!("{sign}{whole}.{decimals}{rest}");
            let shifted = format!("{sign}0.{}{whole}{decimals}{rest}e{}", "0".repeat(moved), moved + whole.len());
            prop_assert_eq!(cost_of(&text), Some(if negative { -wanted } else { wanted }));
            prop_assert_eq!(cost_of(&shifted), cost_of(&text));
        }
    }
}
