//! The vendor's dollar figures, held exactly.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in millionths of a US dollar.
///
/// The API sends prices as JSON numbers such as `0.0123`; rounding them once, here, keeps sums
/// of them exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UsdMicros(pub i64);

impl<'de> Deserialize<'de> for UsdMicros {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let dollars = f64::deserialize(deserializer)?;
        let micros = (dollars * 1e6).round();
        // Beyond 2^53 an f64 no longer counts single units: not a price but an error.
        if micros.is_finite() && micros.abs() < 9.0e15 {
            Ok(Self(micros as i64))
        } else {
            Err(serde::de::Error::custom("not an amount of money"))
        }
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

    #[test]
    fn prices_survive_the_round_trip_to_the_millionth() {
        for micros in [0_i64, 1, 12_345, 999_999, 1_000_000, -7, 123_456_789_012] {
            let text = serde_json::to_string(&UsdMicros(micros)).unwrap();
            assert_eq!(
                serde_json::from_str::<UsdMicros>(&text).unwrap(),
                UsdMicros(micros)
            );
        }
        assert_eq!(
            serde_json::from_str::<UsdMicros>("0.1").unwrap(),
            UsdMicros(100_000)
        );
        assert!(serde_json::from_str::<UsdMicros>("1e300").is_err());
    }
}
