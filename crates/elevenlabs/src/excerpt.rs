//! What of an unreadable reply may be shown in a log.

use serde_json::Value;

const MAX_CHARS: usize = 400;
const MAX_TEXT: usize = 24;
const SENSITIVE: [&str; 6] = ["key", "secret", "token", "password", "signature", "signed_url"];

/// The beginning of `body` with secrets masked and long texts (transcripts are personal) cut.
pub(crate) fn excerpt(body: &str) -> String {
    match serde_json::from_str::<Value>(body) {
        Ok(mut value) => {
            mask(&mut value);
            clip(&value.to_string(), MAX_CHARS)
        }
        // Not JSON, so nothing tells secrets from text: enough to see that it is a proxy's page.
        Err(_) => clip(body, 60),
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::String(text) => *text = clip(text, MAX_TEXT),
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(object) => {
            for (name, item) in object.iter_mut() {
                let name = name.to_lowercase();
                if item.is_string() && SENSITIVE.iter().any(|word| name.contains(word)) {
                    *item = Value::String("***".into());
                } else {
                    mask(item);
                }
            }
        }
        _ => {}
    }
}

pub(crate) fn clip(text: &str, max: usize) -> String {
    let mut short: String = text.chars().take(max).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_long_texts_do_not_reach_the_excerpt() {
        let shown = excerpt(
            r#"{"webhook_secret":"wsec_1","a":[{"xi-api-key":"sk_2"}],"message":"my card number is 4111 1111 1111 1111"}"#,
        );
        for secret in ["wsec_1", "sk_2", "4111 1111"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("message"));
        assert!(excerpt(&"ü".repeat(5_000)).chars().count() <= 61);
    }
}
