//! The cursor of the call log: the last row's place in the order, opaque to clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Place of a call in the order "newest first".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub started_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Place {
    pub fn encode(self) -> String {
        URL_SAFE_NO_PAD.encode(format!(
            "{}.{}",
            self.started_at.timestamp_micros(),
            self.id.simple()
        ))
    }

    pub fn decode(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (micros, id) = text.split_once('.')?;
        Some(Self {
            started_at: DateTime::from_timestamp_micros(micros.parse().ok()?)?,
            id: id.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_the_round_trip_and_nonsense_is_refused() {
        let place = Place {
            started_at: DateTime::from_timestamp_micros(1_763_812_345_678_901).unwrap(),
            id: Uuid::now_v7(),
        };
        assert_eq!(Place::decode(&place.encode()), Some(place));
        for bad in [
            "",
            "abc",
            "!!!",
            &URL_SAFE_NO_PAD.encode("1.2"),
            &URL_SAFE_NO_PAD.encode("x.00000000000000000000000000000000"),
        ] {
            assert_eq!(Place::decode(bad), None, "{bad}");
        }
    }
}
