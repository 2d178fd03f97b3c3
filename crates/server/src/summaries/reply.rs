//! The check of an answer against the shape that was asked for.

use mistral::chat::Answer;
use serde::Deserialize;
use shared::summary::{Sentiment, Summary};

/// What a page can show; longer texts are cut.
const MAX_TITLE: usize = 160;
const MAX_SUMMARY: usize = 4_000;
const MAX_ENTRY: usize = 400;
const MAX_ENTRIES: usize = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    title: String,
    summary: String,
    intent: String,
    topics: Vec<String>,
    action_items: Vec<String>,
    sentiment: Sentiment,
}

/// The summary in an answer.
///
/// # Errors
/// What is wrong with it, in words for the model and for people.
pub fn read(answer: &Answer) -> Result<Summary, String> {
    if answer.is_cut() {
        return Err("the answer was too long and broke off".to_owned());
    }
    let text = without_fence(answer.text.trim());
    if text.is_empty() {
        return Err("the answer was empty".to_owned());
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let shape: Shape = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let at = error.path().to_string();
        match at.as_str() {
            "." => error.inner().to_string(),
            _ => format!("{at}: {}", error.inner()),
        }
    })?;
    reader
        .end()
        .map_err(|_rest| "there is more than one JSON value".to_owned())?;
    let summary = Summary {
        title: clean(&shape.title, MAX_TITLE),
        summary: clean(&shape.summary, MAX_SUMMARY),
        intent: clean(&shape.intent, MAX_ENTRY),
        topics: entries(shape.topics),
        action_items: entries(shape.action_items),
        sentiment: shape.sentiment,
    };
    for (name, text) in [("title", &summary.title), ("summary", &summary.summary)] {
        if text.is_empty() {
            return Err(format!("{name} is empty"));
        }
    }
    Ok(summary)
}

/// Some models put JSON into a code block whatever they are told.
fn without_fence(text: &str) -> &str {
    let Some(inner) = text.strip_prefix("```").and_then(|text| text.strip_suffix("```")) else {
        return text;
    };
    inner.strip_prefix("json").unwrap_or(inner).trim()
}

fn entries(list: Vec<String>) -> Vec<String> {
    list.iter()
        .map(|text| clean(text, MAX_ENTRY))
        .filter(|text| !text.is_empty())
        .take(MAX_ENTRIES)
        .collect()
}

/// Without what PostgreSQL can not hold.
fn clean(text: &str, most: usize) -> String {
    let text = text.replace('\0', "");
    text.trim().chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summaries::prompt;
    use mistral::chat::Usage;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn answer(text: &str) -> Answer {
        Answer {
            model: "m".into(),
            text: text.into(),
            finish_reason: "stop".into(),
            usage: Usage::default(),
        }
    }

    fn good() -> Value {
        json!({"title": "A booking", "summary": "Booked a table.", "intent": "To book", "topics": ["booking"],
               "action_items": [], "sentiment": "positive"})
    }

    #[test]
    fn a_good_answer_is_read_in_a_code_block_too() {
        let text = good().to_string();
        assert_eq!(read(&answer(&text)).unwrap().title, "A booking");
        assert_eq!(
            read(&answer(&format!("```json\n{text}\n```"))).unwrap().title,
            "A booking"
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let without = |field: &str| {
            let mut value = good();
            value.as_object_mut().unwrap().remove(field);
            value.to_string()
        };
        let with = |field: &str, value: Value| {
            let mut all = good();
            all[field] = value;
            all.to_string()
        };
        for (text, told) in [
            ("", "empty"),
            ("I think the call was nice", "expected value"),
            ("[]", "invalid length"),
            (without("intent").as_str(), "missing field `intent`"),
            (with("mood", json!(1)).as_str(), "unknown field `mood`"),
            (
                with("sentiment", json!("angry")).as_str(),
                "sentiment: unknown variant",
            ),
            (with("topics", json!("one")).as_str(), "topics: invalid type"),
            (with("title", json!(" \0")).as_str(), "title is empty"),
            (format!("{} {}", good(), good()).as_str(), "more than one"),
        ] {
            let error = read(&answer(text)).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
        let cut = Answer {
            finish_reason: "length".into(),
            ..answer(&good().to_string())
        };
        assert!(read(&cut).unwrap_err().contains("broke off"));
    }

    /// The schema that is sent and the check of the answer must not drift apart.
    #[test]
    fn the_schema_asks_for_what_is_checked() {
        let schema = prompt::schema().schema;
        let mut asked: Vec<&str> = schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let value = good();
        let mut checked: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        asked.sort_unstable();
        checked.sort_unstable();
        assert_eq!(asked, checked);
        assert_eq!(schema["required"].as_array().unwrap().len(), checked.len());
        for mood in schema["properties"]["sentiment"]["enum"].as_array().unwrap() {
            assert!(Sentiment::parse(mood.as_str().unwrap()).is_some());
        }
    }

    proptest! {
        #[test]
        fn no_answer_breaks_it(text in ".{0,200}") {
            drop(read(&answer(&text)));
        }
    }
}
