//! The vendor's error shapes, turned into [`Error`].
//!
//! `{object: "error", message, type, param, code}` where `message` may be an object `{detail: […]}`; FastAPI's
//! `{detail: [{type, loc, msg}]}`; the gateway's `{message, request_id}`; OpenAI's `{error: {message, code}}`.

use std::time::Duration;

use serde_json::Value;

use crate::Error;

/// Of a message, in characters.
const MAX: usize = 400;

/// `body` has been freed of the key by the caller.
pub(crate) fn to_error(status: u16, body: &str, retry_after: Option<Duration>) -> Error {
    let parsed: Value = serde_json::from_str(body).unwrap_or_default();
    let inner = parsed
        .get("error")
        .filter(|inner| inner.is_object())
        .unwrap_or(&parsed);
    let code = match inner.get("code") {
        Some(Value::String(code)) => code.clone(),
        Some(Value::Number(code)) => code.to_string(),
        _ => String::new(),
    };
    let message = message(inner)
        .map(|text| text.chars().take(MAX).collect())
        .unwrap_or_else(|| format!("status {status}"));
    match status {
        401 => Error::InvalidKey(message),
        402 | 403 => Error::Forbidden(message),
        429 => Error::RateLimited { retry_after, message },
        400 | 404 | 422 if code == "1500" || code == "model_not_found" => Error::UnknownModel(message),
        400 | 404 if message.to_lowercase().contains("invalid model") => Error::UnknownModel(message),
        408 => Error::Provider { status, message },
        400..=499 => Error::Refused(message),
        _ => Error::Provider { status, message },
    }
}

fn message(body: &Value) -> Option<String> {
    let said = body.get("message").or_else(|| body.get("detail"))?;
    match said {
        Value::String(text) => Some(text.clone()),
        Value::Object(nested) => fields(nested.get("detail")?),
        list => fields(list),
    }
}

/// `[{loc: ["body", "x"], msg}]` as `body.x: msg`.
fn fields(list: &Value) -> Option<String> {
    let told: Vec<String> = list
        .as_array()?
        .iter()
        .map(|entry| {
            let at: Vec<String> = entry
                .get("loc")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
                .collect();
            let what = entry.get("msg").and_then(Value::as_str).unwrap_or("invalid");
            format!("{}: {what}", at.join("."))
        })
        .collect();
    (!told.is_empty()).then(|| told.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_told_in_words() {
        let told = |status, body| to_error(status, body, None);
        assert_eq!(
            told(
                400,
                r#"{"object":"error","message":"Invalid model: mistral-tiny","type":"invalid_model","param":null,"code":"1500"}"#
            ),
            Error::UnknownModel("Invalid model: mistral-tiny".into())
        );
        assert_eq!(
            told(
                422,
                r#"{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}"#
            ),
            Error::Refused("body.seed: Extra inputs are not permitted".into())
        );
        assert_eq!(
            told(
                422,
                r#"{"object":"error","message":{"detail":[{"loc":["body","messages",0],"msg":"Field required"}]}}"#
            ),
            Error::Refused("body.messages.0: Field required".into())
        );
        assert_eq!(
            told(401, r#"{"message":"Unauthorized","request_id":"1"}"#),
            Error::InvalidKey("Unauthorized".into())
        );
        assert_eq!(
            told(
                404,
                r#"{"error":{"message":"no such model","code":"model_not_found"}}"#
            ),
            Error::UnknownModel("no such model".into())
        );
        assert!(told(502, "<html>").is_transient());
    }
}
