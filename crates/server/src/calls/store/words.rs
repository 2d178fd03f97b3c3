//! Text as PostgreSQL can hold it.

use serde_json::Value;
use shared::call::Turn;

/// Most bytes of text that are made searchable: a tsvector holds 1 MB, positions included.
const MAX_WORDS: usize = 256 * 1024;

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

/// What a search finds a call by: title, summary and every turn, up to a safe size.
pub fn searchable(title: Option<&str>, summary: Option<&str>, turns: &[Turn]) -> String {
    let messages = turns.iter().filter_map(|turn| turn.message.as_deref());
    let mut text = String::new();
    for part in title.into_iter().chain(summary).chain(messages) {
        if text.len() + part.len() >= MAX_WORDS {
            let room = MAX_WORDS - text.len();
            text.push_str(part.get(..part.floor_char_boundary(room)).unwrap_or_default());
            break;
        }
        text.push_str(part);
        text.push('\n');
    }
    text
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

    #[test]
    fn the_longest_call_is_searchable_up_to_a_safe_size_and_cut_between_characters() {
        let long = "ü".repeat(MAX_WORDS);
        let text = searchable(Some("title"), Some(&long), &[]);
        assert!(text.starts_with("title\nü") && text.len() <= MAX_WORDS);
    }
}
