//! Text as PostgreSQL can hold it.

use serde_json::Value;

/// Removes zero bytes from every string, keys included: neither text nor jsonb can hold them.
pub fn without_zero_bytes(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => text.retain(|c| c != '\0'),
        Value::Array(items) => items.iter_mut().for_each(without_zero_bytes),
        Value::Object(map) => {
            if map.keys().any(|key| key.contains('\0')) {
                *map = std::mem::take(map)
                    .into_iter()
                    .map(|(key, value)| (key.replace('\0', ""), value))
                    .collect();
            }
            map.values_mut().for_each(without_zero_bytes);
        }
        _ => {}
    }
}

/// The same for a single text.
pub fn clean(text: &str) -> String {
    text.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_bytes_go_from_texts_and_keys() {
        let mut value = serde_json::json!({"a\0b": ["x\0", {"y": "\0"}], "n": 1});
        without_zero_bytes(&mut value);
        assert_eq!(value, serde_json::json!({"ab": ["x", {"y": ""}], "n": 1}));
    }
}
