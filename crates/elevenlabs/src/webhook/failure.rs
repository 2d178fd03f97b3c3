//! A call that never began.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lenient;
use crate::open_enum::open_enum;

open_enum! {
    FailureReason { Busy = "busy", NoAnswer = "no-answer", Unknown = "unknown" }
}

/// Sent when a dialled call is not taken. Not sent for voicemail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallInitiationFailure {
    pub conversation_id: String,
    pub agent_id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub failure_reason: Option<FailureReason>,
    /// `{type: "twilio"|"sip", body: {…}}` as the telephone provider reported it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub metadata: Value,
}

impl CallInitiationFailure {
    /// `twilio`, `sip` or new.
    pub fn provider(&self) -> Option<&str> {
        self.metadata.get("type").and_then(Value::as_str)
    }

    /// The number that rang, where told.
    pub fn to_number(&self) -> Option<&str> {
        self.field(&["to_number", "To", "Called"])
    }

    /// The number that called, where told.
    pub fn from_number(&self) -> Option<&str> {
        self.field(&["from_number", "From", "Caller"])
    }

    /// The telephone provider's own id of the attempt.
    pub fn call_sid(&self) -> Option<&str> {
        self.field(&["call_sid", "CallSid"])
    }

    /// What the other side's telephone answered, such as 486 (busy) or 603 (declined), where told.
    pub fn sip_status(&self) -> Option<u16> {
        let body = self.metadata.get("body")?;
        let told = ["sip_status_code", "SipResponseCode"]
            .iter()
            .find_map(|name| body.get(name))?;
        let number = told.as_u64().and_then(|number| u16::try_from(number).ok());
        number.or_else(|| told.as_str()?.trim().parse().ok())
    }

    /// The number that rang was asked and refused, by a person or his filter (RFC 3261, 8197 and 8688).
    pub fn is_declined(&self) -> bool {
        matches!(self.sip_status(), Some(603 | 607 | 608))
    }

    fn field(&self, names: &[&str]) -> Option<&str> {
        let body = self.metadata.get("body")?;
        names
            .iter()
            .find_map(|name| body.get(name))
            .and_then(Value::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_apart_from_a_busy_line() {
        for (metadata, status, declined) in [
            (
                r#"{"type":"sip","body":{"sip_status_code":603}}"#,
                Some(603),
                true,
            ),
            (
                r#"{"type":"sip","body":{"sip_status_code":486}}"#,
                Some(486),
                false,
            ),
            (
                r#"{"type":"twilio","body":{"CallStatus":"busy","SipResponseCode":"603"}}"#,
                Some(603),
                true,
            ),
            (r#"{"type":"twilio","body":{"CallStatus":"busy"}}"#, None, false),
            (r#"{"type":"sip","body":{"sip_status_code":"soon"}}"#, None, false),
            ("null", None, false),
        ] {
            let body = format!(r#"{{"conversation_id":"c","agent_id":"a","metadata":{metadata}}}"#);
            let failure: CallInitiationFailure = serde_json::from_str(&body).unwrap();
            assert_eq!(
                (failure.sip_status(), failure.is_declined()),
                (status, declined),
                "{metadata}"
            );
        }
    }

    #[test]
    fn both_telephone_providers_tell_their_numbers() {
        for (metadata, provider) in [
            (
                r#"{"type":"sip","body":{"from_number":"+1","to_number":"+2","sip_status_code":486,"call_sid":"x"}}"#,
                "sip",
            ),
            (
                r#"{"type":"twilio","body":{"From":"+1","To":"+2","CallSid":"x","CallStatus":"busy"}}"#,
                "twilio",
            ),
        ] {
            let body = format!(
                r#"{{"conversation_id":"c","agent_id":"a","failure_reason":"busy","metadata":{metadata}}}"#
            );
            let failure: CallInitiationFailure = serde_json::from_str(&body).unwrap();
            assert_eq!(failure.failure_reason, Some(FailureReason::Busy));
            assert_eq!(
                (
                    failure.provider(),
                    failure.from_number(),
                    failure.to_number(),
                    failure.call_sid()
                ),
                (Some(provider), Some("+1"), Some("+2"), Some("x"))
            );
        }
    }
}
