//! The provider's dollar figures, exactly.

use elevenlabs::UsdMicros;
use serde_json::Value;
use shared::cost::CostBreakdown;

/// Millionths of a dollar from the provider's JSON number, rounded half away from zero in decimal. A binary float times
/// a million would be off at the halves.
pub fn usd_micros(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => UsdMicros::from_decimal(&number.to_string()).map(|amount| amount.0),
        _ => None,
    }
}

/// The parts of a cost from `metadata.charging`; `None` where the provider tells none.
pub fn breakdown(metadata: Option<&Value>) -> Option<CostBreakdown> {
    let charging = metadata?
        .get("charging")
        .filter(|charging| charging.is_object())?;
    let credits = |name: &str| charging.get(name).and_then(Value::as_i64);
    let parts = CostBreakdown {
        llm_usd_micros: usd_micros(charging.get("llm_price")),
        platform_usd_micros: usd_micros(charging.get("platform_price")),
        llm_credits: credits("llm_charge"),
        call_credits: credits("call_charge"),
        burst: charging.get("is_burst").and_then(Value::as_bool).unwrap_or(false),
    };
    (parts != CostBreakdown::default()).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn halves_round_in_decimal_and_nonsense_is_no_cost() {
        let micros = |text: &str| usd_micros(Some(&serde_json::from_str(text).unwrap()));
        assert_eq!(micros("0.0123"), Some(12_300));
        assert_eq!(micros("1.0000005"), Some(1_000_001));
        assert_eq!(micros("0.0000005"), Some(1));
        assert_eq!(micros("4.9e-7"), Some(0));
        assert_eq!(micros("-0.0000015"), Some(-2));
        assert_eq!(micros("7"), Some(7_000_000));
        assert_eq!(micros("1e300"), None);
        assert_eq!(micros("1e-300"), Some(0));
        assert_eq!(usd_micros(Some(&json!("0.5"))), None);
        assert_eq!(usd_micros(None), None);
    }

    proptest! {
        #[test]
        fn every_amount_with_six_decimals_survives_exactly(micros in -9_000_000_000_i64..9_000_000_000) {
            let sign = if micros < 0 { "-" } else { "" };
            let text = format!("{sign}{}.{:06}", micros.abs() / 1_000_000, micros.abs() % 1_000_000);
            let value: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(usd_micros(Some(&value)), Some(micros));
        }

        #[test]
        fn further_decimals_round_to_the_nearest(micros in 0_i64..1_000_000_000, rest in 0_u32..1000) {
            let text = format!("{}.{:06}{rest:03}", micros / 1_000_000, micros % 1_000_000);
            let value: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(usd_micros(Some(&value)), Some(micros + i64::from(rest >= 500)));
        }
    }
}
