//! Readers for fields that the vendor may leave out, null or mistype.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::UsdMicros;

/// Reads `T`; anything that is not a `T` becomes its default.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).unwrap_or_default())
}

/// Reads an amount of money from the digits that were sent; what is none is absent. [`or_default`] would read them through a
/// float.
pub(crate) fn usd<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<UsdMicros>, D::Error> {
    let sent = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(sent.and_then(|sent| UsdMicros::from_decimal(sent.get())))
}

/// Reads a list, dropping the items that are not a `T`; null is an empty list.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(items) => items
            .into_iter()
            .filter_map(|item| T::deserialize(item).ok())
            .collect(),
        _ => Vec::new(),
    })
}

/// Unix seconds (whole or fractional) as a moment in UTC; zero, null and nonsense are `None`.
///
/// Zero is what the vendor writes for "not yet".
pub(crate) mod unix {
    use super::*;
    use serde::Serializer;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let seconds = value
            .as_i64()
            .or_else(|| value.as_f64().map(|seconds| seconds as i64));
        Ok(seconds
            .filter(|seconds| *seconds != 0)
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0)))
    }

    // serde's `with` hands over a reference to the field.
    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(crate) fn serialize<S: Serializer>(
        moment: &Option<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match moment {
            Some(moment) => serializer.serialize_i64(moment.timestamp()),
            None => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    #[serde(default)]
    #[derive(Default)]
    struct Sample {
        #[serde(deserialize_with = "or_default")]
        text: Option<String>,
        #[serde(deserialize_with = "list")]
        numbers: Vec<i64>,
        #[serde(with = "unix")]
        at: Option<DateTime<Utc>>,
    }

    #[test]
    fn missing_null_and_mistyped_fields_read_as_absent() {
        for body in [
            "{}",
            r#"{"text":null,"numbers":null,"at":null}"#,
            r#"{"text":7,"numbers":"x","at":"soon"}"#,
        ] {
            let sample: Sample = serde_json::from_str(body).unwrap();
            assert_eq!(
                (sample.text, sample.numbers.len(), sample.at),
                (None, 0, None),
                "{body}"
            );
        }
    }

    #[test]
    fn a_bad_item_costs_only_itself_and_seconds_may_be_fractional() {
        let sample: Sample =
            serde_json::from_str(r#"{"text":"a","numbers":[1,"x",3],"at":1700000000.9}"#).unwrap();
        assert_eq!(sample.numbers, [1, 3]);
        assert_eq!(sample.at.map(|at| at.timestamp()), Some(1_700_000_000));
        assert_eq!(sample.text.as_deref(), Some("a"));
    }
}
