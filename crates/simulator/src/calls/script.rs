//! What is said in a call, second by second, from the grammar of its language and its own seed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::plan::{Call, Outcome};
use crate::catalogue::{Beat, Catalogue, Language, Role, Scenario, When};
use crate::rng::{Rng, mix};

/// A tool that the agent used.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolUse {
    pub request_id: String,
    pub name: String,
    pub params: Value,
    pub result: String,
    pub is_error: bool,
    /// Seconds.
    pub latency: f64,
}

/// One item of the transcript.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub role: Role,
    /// `None` where only a tool was used.
    pub text: Option<String>,
    pub tool: Option<ToolUse>,
    /// Seconds since the call began.
    pub at: f64,
    /// Seconds that it lasts.
    pub len: f64,
    pub interrupted: bool,
}

impl Turn {
    /// What was really said: of a turn that was cut into, its beginning.
    pub fn heard(&self) -> Option<String> {
        let text = self.text.as_ref()?;
        if !self.interrupted {
            return Some(text.clone());
        }
        let heard: String = text.chars().take(text.chars().count() * 2 / 3).collect();
        Some(format!("{heard}..."))
    }
}

/// A call's words.
#[derive(Debug, Clone)]
pub struct Script {
    pub turns: Vec<Turn>,
    pub title: String,
    pub summary: String,
    pub topic: String,
    /// What `{placeholders}` stood for.
    pub slots: BTreeMap<String, String>,
}

impl Script {
    /// Writes the words of `call`; always the same for the same call.
    pub fn write(call: &Call, catalogue: &Catalogue) -> Self {
        let mut script = Self {
            turns: Vec::new(),
            title: String::new(),
            summary: String::new(),
            topic: String::new(),
            slots: BTreeMap::new(),
        };
        let Some(language) = catalogue.language(&call.language) else {
            return script;
        };
        let mut rng = Rng::new(mix(&[call.seed, 1]));
        script.slots = language
            .slots
            .iter()
            .map(|(slot, words)| (slot.clone(), rng.pick(words).cloned().unwrap_or_default()))
            .collect();
        if let Some(spoken) = call.spoken.get() {
            script.turns.clone_from(&crate::sync::lock(spoken));
        } else {
            script.turns = Writer {
                rng: &mut rng,
                slots: &script.slots,
                turns: Vec::new(),
                clock: 0.0,
            }
            .play(call, language);
            script.turns.truncate(call.turn_limit.unwrap_or(usize::MAX));
        }
        script.describe(call, catalogue, language, &mut rng);
        script
    }

    fn describe(&mut self, call: &Call, catalogue: &Catalogue, language: &Language, rng: &mut Rng) {
        let fixed = match call.outcome {
            Outcome::Short | Outcome::NoAnswer | Outcome::Busy | Outcome::Declined => {
                catalogue.analysis.short.get(&language.language)
            }
            Outcome::Voicemail => catalogue.analysis.voicemail.get(&language.language),
            _ => None,
        };
        let scenario = language.scenarios.get(&call.scenario);
        self.topic = scenario
            .map(|scenario| scenario.topic.clone())
            .unwrap_or_default();
        if let Some((title, summary)) = fixed {
            (self.title, self.summary) = (title.clone(), summary.clone());
        } else if let Some(scenario) = scenario {
            let summaries = if call.outcome == Outcome::Success {
                &scenario.success
            } else {
                &scenario.failure
            };
            self.title = fill(rng.pick(&scenario.titles), &self.slots);
            self.summary = fill(rng.pick(summaries), &self.slots);
        }
    }

    /// Whole seconds until the last word.
    pub fn seconds(&self) -> u32 {
        self.turns
            .last()
            .map_or(0, |turn| (turn.at + turn.len).ceil() as u32)
    }
}

struct Writer<'a> {
    rng: &'a mut Rng,
    slots: &'a BTreeMap<String, String>,
    turns: Vec<Turn>,
    clock: f64,
}

impl Writer<'_> {
    fn play(mut self, call: &Call, language: &Language) -> Vec<Turn> {
        if call.outcome.never_began() {
            return self.turns;
        }
        if call.outcome == Outcome::Voicemail {
            self.passage(language, "voicemail", When::Always);
            return self.turns;
        }
        self.say(Role::Agent, call.profile.first_message.clone());
        match (call.outcome, language.scenarios.get(&call.scenario)) {
            (Outcome::Short, _) | (_, None) => {}
            (outcome, Some(scenario)) => self.scenario(outcome, scenario, language),
        }
        if call.outcome == Outcome::Error {
            let kept = 2 + self.rng.below(4);
            self.turns.truncate(kept);
        }
        self.turns
    }

    fn scenario(&mut self, outcome: Outcome, scenario: &Scenario, language: &Language) {
        let when = if outcome == Outcome::Success {
            When::Success
        } else {
            When::Failure
        };
        // Small detours make two calls of one scenario different; each is taken at most once.
        let mut detours = vec![("unclear", 0.05), ("robot", 0.03), ("hold", 0.05)];
        for beat in &scenario.beats {
            self.beat(beat, when);
            let after_user = matches!(beat, Beat::Say { role: Role::User, .. });
            if after_user && let Some(index) = detours.iter().position(|(_, chance)| self.rng.chance(*chance))
            {
                self.passage(language, detours.remove(index).0, when);
            }
        }
        self.passage(
            language,
            if when == When::Success {
                "success"
            } else {
                "failure"
            },
            when,
        );
    }

    fn passage(&mut self, language: &Language, name: &str, when: When) {
        for beat in language.any.get(name).map(Vec::as_slice).unwrap_or_default() {
            self.beat(beat, when);
        }
    }

    fn beat(&mut self, beat: &Beat, when: When) {
        if beat.when() != When::Always && beat.when() != when {
            return;
        }
        match beat {
            Beat::Say { role, lines, .. } => {
                let line = fill(self.rng.pick(lines), self.slots);
                self.say(*role, line);
            }
            Beat::Tool {
                name, params, result, ..
            } => self.tool(name, params, result),
        }
    }

    fn say(&mut self, role: Role, text: String) {
        // About fourteen characters a second is how people and voices speak.
        let len = 0.7 + text.chars().count() as f64 / self.rng.between(13.0, 16.0);
        let at = self.clock;
        let interrupted = role == Role::Agent && self.rng.chance(0.04);
        self.turns.push(Turn {
            role,
            text: Some(text),
            tool: None,
            at,
            len,
            interrupted,
        });
        self.clock += len + self.rng.between(0.4, 1.3);
    }

    fn tool(&mut self, name: &str, params: &Value, result: &str) {
        let is_error = self.rng.chance(0.04);
        let latency = self.rng.between(0.2, 1.9);
        let filled = params
            .as_object()
            .map(|map| {
                map.iter()
                    .map(|(key, value)| (key.clone(), Value::from(fill(value.as_str(), self.slots))))
                    .collect()
            })
            .map_or(Value::Null, Value::Object);
        let tool = ToolUse {
            request_id: format!("toolu_{}", self.rng.letters(22)),
            name: name.to_owned(),
            params: filled,
            result: if is_error {
                "Error: upstream timed out".to_owned()
            } else {
                fill(Some(result), self.slots)
            },
            is_error,
            latency,
        };
        self.turns.push(Turn {
            role: Role::Agent,
            text: None,
            tool: Some(tool),
            at: self.clock,
            len: latency,
            interrupted: false,
        });
        self.clock += latency + 0.2;
    }
}

/// Replaces `{slot}` by its word; braces that name no slot stay, for tool results are JSON.
fn fill(template: Option<impl AsRef<str>>, slots: &BTreeMap<String, String>) -> String {
    let Some(template) = template else {
        return String::new();
    };
    let mut rest = template.as_ref();
    let mut text = String::with_capacity(rest.len() + 32);
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        rest = match after
            .split_once('}')
            .and_then(|(slot, tail)| Some((slots.get(slot)?, tail)))
        {
            Some((word, tail)) => {
                text.push_str(word);
                tail
            }
            None => {
                text.push('{');
                after
            }
        };
    }
    text.push_str(rest);
    text
}
