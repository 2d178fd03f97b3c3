//! What a conversation told: out of its own words, so that a reader recognises it, and the same each time.

use std::collections::HashMap;

use serde_json::Value;

use super::words::{BAD, EMPTY, GOOD, PROMISES, frame};

/// The answer to any question about a conversation.
pub struct Told {
    pub title: String,
    pub summary: String,
    pub intent: String,
    pub topics: Vec<String>,
    pub actions: Vec<String>,
    pub sentiment: &'static str,
}

/// A turn: whether the caller spoke, and what.
pub type Spoken = (bool, String);

/// Reads a conversation: JSON with a list of `turns`, or lines such as `Caller: Hello`. Nothing for other text.
pub fn turns(text: &str) -> Vec<Spoken> {
    if let Ok(document) = serde_json::from_str::<Value>(text) {
        let listed = document.get("turns").and_then(Value::as_array);
        let spoken = listed.into_iter().flatten().filter_map(|turn| {
            let who = turn.get("speaker").or_else(|| turn.get("role"))?.as_str()?;
            let said = turn.get("text").or_else(|| turn.get("message"))?.as_str()?;
            Some((is_caller(who), said.to_owned()))
        });
        return spoken.collect();
    }
    let spoken = text.lines().filter_map(|line| {
        let (who, said) = line.split_once(": ")?;
        let known =
            is_caller(who) || who.eq_ignore_ascii_case("agent") || who.eq_ignore_ascii_case("assistant");
        known.then(|| (is_caller(who), said.to_owned()))
    });
    spoken.collect()
}

fn is_caller(who: &str) -> bool {
    ["caller", "user", "customer"]
        .iter()
        .any(|name| who.eq_ignore_ascii_case(name))
}

/// In the language that `told_to` asks for, as in "Write in German"; else in that of the conversation.
pub fn of(text: &str, told_to: &str) -> Told {
    let turns = turns(text);
    let language = wanted(told_to).or_else(|| {
        let document = serde_json::from_str::<Value>(text).ok()?;
        Some(document.get("language")?.as_str()?.to_owned())
    });
    let language = language.unwrap_or_default();
    if turns.is_empty() {
        let first: String = text.chars().take(200).collect();
        return Told {
            title: short(&first, 8),
            intent: short(&first, 12),
            summary: first,
            topics: Vec::new(),
            actions: Vec::new(),
            sentiment: "neutral",
        };
    }
    let of_caller = || {
        turns
            .iter()
            .filter(|(caller, _)| *caller)
            .map(|(_, text)| text.as_str())
    };
    // The first sentence of some length is why they call; a greeting is not.
    let wish = of_caller()
        .find(|text| text.split_whitespace().count() >= 5)
        .or_else(|| of_caller().next())
        .or_else(|| turns.first().map(|(_, text)| text.as_str()))
        .unwrap_or_default();
    let end = turns.last().map(|(_, text)| text.as_str()).unwrap_or_default();
    let [began, ended] = frame(&language);
    Told {
        title: short(wish, 8),
        intent: short(wish, 14),
        summary: format!(
            "{} {}",
            began.replace("{0}", &short(wish, 40)),
            ended.replace("{1}", &short(end, 30))
        ),
        topics: topics(&turns),
        actions: actions(&turns),
        sentiment: sentiment(of_caller()),
    }
}

fn wanted(told_to: &str) -> Option<String> {
    let names = [
        ("German", "de"),
        ("Spanish", "es"),
        ("French", "fr"),
        ("Portuguese", "pt"),
        ("English", "en"),
    ];
    let found = names
        .iter()
        .find(|(name, _)| told_to.contains(&format!(" in {name}")));
    found.map(|(_, code)| (*code).to_owned())
}

/// The first words, without the mark that ends a sentence.
fn short(text: &str, words: usize) -> String {
    let all: Vec<&str> = text.split_whitespace().collect();
    let kept = all.get(..words.min(all.len())).unwrap_or_default().join(" ");
    match all.len() > words {
        true => format!("{kept} …"),
        false => kept.trim_end_matches(['.', '!', '?', ',']).to_owned(),
    }
}

/// The longest words that come up most.
fn topics(turns: &[Spoken]) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (_, text) in turns {
        for word in text.split(|c: char| !c.is_alphabetic()) {
            let word = word.to_lowercase();
            if word.chars().count() > 6 && !EMPTY.contains(&word.as_str()) {
                *seen.entry(word).or_default() += 1;
            }
        }
    }
    let mut ranked: Vec<(String, usize)> = seen.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.into_iter().take(3).map(|(word, _)| word).collect()
}

/// What the agent promised.
fn actions(turns: &[Spoken]) -> Vec<String> {
    let sentences = turns
        .iter()
        .filter(|(caller, _)| !caller)
        .flat_map(|(_, text)| text.split_inclusive(['.', '!', '?']));
    let promised = sentences.map(str::trim).filter(|sentence| {
        let low = sentence.to_lowercase();
        PROMISES.iter().any(|promise| low.contains(promise))
    });
    promised.take(3).map(|sentence| short(sentence, 24)).collect()
}

fn sentiment<'a>(spoken: impl Iterator<Item = &'a str>) -> &'static str {
    let (mut good, mut bad) = (0, 0);
    for text in spoken {
        let low = text.to_lowercase();
        good += GOOD.iter().filter(|word| low.contains(*word)).count();
        bad += BAD.iter().filter(|word| low.contains(*word)).count();
    }
    match good.cmp(&bad) {
        std::cmp::Ordering::Greater => "positive",
        std::cmp::Ordering::Less => "negative",
        std::cmp::Ordering::Equal => "neutral",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_told_by_its_own_words_the_same_each_time() {
        let text = r#"{"language":"en","turns":[
            {"speaker":"agent","text":"Hello, front desk."},
            {"speaker":"caller","text":"I want to move my appointment to Tuesday, thank you."},
            {"speaker":"agent","text":"Of course. I will send you a confirmation."}]}"#;
        let (told, again) = (of(text, ""), of(text, ""));
        assert!(
            told.title.starts_with("I want to move my appointment"),
            "{}",
            told.title
        );
        assert_eq!(told.actions, ["I will send you a confirmation"]);
        assert_eq!(
            (told.sentiment, told.summary.as_str()),
            ("positive", again.summary.as_str())
        );
        assert!(
            of(text, "Write everything in German.")
                .summary
                .starts_with("Der Anrufer")
        );
        assert_eq!(turns("Caller: Hi\nAgent: Hello").len(), 2);
    }
}
