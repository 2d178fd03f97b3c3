//! The telephone side of a call's metadata, and the body of a failed dial.

use serde_json::{Value, json};

use super::{Call, Outcome};
use crate::rng::{Rng, hash, mix};

/// The id under which a workspace lists the number.
pub fn number_id(number: &str) -> String {
    format!("phnum_{}", Rng::new(hash(number)).letters(26))
}

/// The other party's number, in the country of the language.
pub fn external_number(call: &Call) -> String {
    let mut rng = Rng::new(mix(&[call.seed, 8]));
    let prefix = match call.language.as_str() {
        "de" => "+4915",
        "es" => "+346",
        "fr" => "+336",
        "pt" => "+3519",
        _ => "+1415555",
    };
    let digits = 12_usize.saturating_sub(prefix.len());
    (0..digits).fold(prefix.to_owned(), |number, _| {
        format!("{number}{}", rng.below(10))
    })
}

/// `metadata.phone_call`, null for calls from a browser.
pub fn phone_call(call: &Call) -> Value {
    let Some(direction) = call.channel.direction() else {
        return Value::Null;
    };
    let mut rng = Rng::new(mix(&[call.seed, 9]));
    let mut body = json!({
        "direction": direction,
        "phone_number_id": number_id(&call.profile.phone),
        "agent_number": call.profile.phone,
        "external_number": external_number(call),
        "call_result": call_result(call.outcome),
    });
    let extra = if call.channel.is_sip() {
        json!({"type": "sip_trunking", "call_id": format!("otb_{}", rng.letters(20)), "call_sid": format!("SCL_{}", rng.letters(12)), "sip_header_dynamic_variables": {}})
    } else {
        json!({"type": "twilio", "stream_sid": format!("MZ{:016x}{:016x}", rng.next(), rng.next()), "call_sid": format!("CA{:016x}{:016x}", rng.next(), rng.next())})
    };
    crate::world::merge::deep(&mut body, extra);
    body
}

fn call_result(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Voicemail => "voicemail",
        Outcome::Busy => "busy",
        Outcome::NoAnswer => "no_answer",
        Outcome::Error | Outcome::Declined => "failed",
        Outcome::Success | Outcome::Failure | Outcome::Short => "answered",
    }
}

/// `failure_reason` and `metadata` of `call_initiation_failure`.
pub fn failure(call: &Call) -> (&'static str, Value) {
    let phone = phone_call(call);
    let sid = phone.get("call_sid").cloned().unwrap_or_default();
    // The vendor's reasons know no refusal; only what the telephone network answered does.
    let (reason, code, text) = match call.outcome {
        Outcome::Busy => ("busy", 486, "Busy Here"),
        Outcome::Declined => ("unknown", 603, "Decline"),
        _ => ("no-answer", 480, "Temporarily Unavailable"),
    };
    let metadata = if call.channel.is_sip() {
        json!({"type": "sip", "body": {
            "from_number": call.profile.phone, "to_number": external_number(call), "sip_status_code": code,
            "error_reason": text, "call_sid": sid, "sip_status": text,
        }})
    } else {
        json!({"type": "twilio", "body": {
            "CallSid": sid, "CallStatus": if reason == "unknown" { "busy" } else { reason }, "CallDuration": "0", "Direction": "outbound-api", "ApiVersion": "2010-04-01",
            "From": call.profile.phone, "To": external_number(call), "SipResponseCode": code.to_string(),
        }})
    };
    (reason, metadata)
}
