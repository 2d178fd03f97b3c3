//! Turns of a running call in the order in which they were spoken, out of a monitor socket that promises no order,
//! repeats what it said after a reconnect and corrects itself.

use elevenlabs::monitor::MonitorEvent;
use shared::call::{Speaker, Turn};
use std::collections::BTreeMap;

/// Event ids rise through a call; the speaker and a counter break ties where the vendor leaves the id out.
type Key = (i64, u8, u32);

/// The words of one call.
pub struct Words {
    turns: BTreeMap<Key, Turn>,
    /// What was stored before this process listened, from position 0.
    stored: Vec<(Speaker, String)>,
    /// Position of the first of `turns`: the socket repeats about a hundred events, a long call has more.
    base: usize,
    /// The past events are still coming in; positions are given when they are through.
    in_history: bool,
    without_id: u32,
}

impl Words {
    pub fn new(stored: Vec<(Speaker, String)>) -> Self {
        Self {
            turns: BTreeMap::new(),
            stored,
            base: 0,
            in_history: true,
            without_id: 0,
        }
    }

    /// Whether the past events are still coming in.
    pub fn is_in_history(&self) -> bool {
        self.in_history
    }

    /// Takes an event in; returns the turns to store, each with its position. `at_seconds` is the age of the call.
    pub fn take(&mut self, event: MonitorEvent, at_seconds: f64) -> Vec<Turn> {
        match event {
            MonitorEvent::HistoryComplete => self.end_history(),
            MonitorEvent::UserTranscript { event_id, text } => {
                self.spoken(Speaker::Caller, event_id, text, at_seconds)
            }
            MonitorEvent::AgentResponse { event_id, text } => {
                self.spoken(Speaker::Agent, event_id, text, at_seconds)
            }
            MonitorEvent::AgentResponseCorrection {
                event_id,
                original,
                corrected,
            } => self.corrected(event_id, &original, corrected, at_seconds),
            _ => Vec::new(),
        }
    }

    /// The past events are through: places them after what was stored before.
    pub fn end_history(&mut self) -> Vec<Turn> {
        if !std::mem::take(&mut self.in_history) {
            return Vec::new();
        }
        let history: Vec<_> = self.turns.values().map(words_of).collect();
        self.base = overlap(&self.stored, &history);
        let stored = std::mem::take(&mut self.stored);
        let mut fresh = self.placed_from(0);
        fresh.retain(|turn| {
            let before = usize::try_from(turn.position)
                .ok()
                .and_then(|position| stored.get(position));
            before != Some(&words_of(turn))
        });
        fresh
    }

    fn spoken(
        &mut self,
        speaker: Speaker,
        event_id: Option<i64>,
        text: String,
        at_seconds: f64,
    ) -> Vec<Turn> {
        let key = self.key(speaker, event_id);
        match self.turns.get_mut(&key) {
            // A correction is final: the text that is repeated after a reconnect is what it replaced.
            Some(known) if known.interrupted || known.message.as_deref() == Some(&text) => return Vec::new(),
            Some(known) => {
                known.message = Some(text);
                return self.placed(key, false);
            }
            None => {}
        }
        let message = Some(text);
        let turn = Turn {
            position: 0,
            speaker,
            message,
            at_seconds,
            interrupted: false,
            tools: Vec::new(),
        };
        self.turns.insert(key, turn);
        self.placed(key, true)
    }

    fn corrected(
        &mut self,
        event_id: Option<i64>,
        original: &str,
        text: String,
        at_seconds: f64,
    ) -> Vec<Turn> {
        let by_text =
            |turn: &Turn| turn.speaker == Speaker::Agent && turn.message.as_deref() == Some(original);
        let key = match event_id {
            Some(id) if self.turns.contains_key(&(id, rank(Speaker::Agent), 0)) => {
                (id, rank(Speaker::Agent), 0)
            }
            _ => match self.turns.iter().rev().find(|(_, turn)| by_text(turn)) {
                Some((key, _)) => *key,
                None => self.key(Speaker::Agent, event_id),
            },
        };
        let is_new = !self.turns.contains_key(&key);
        let turn = self.turns.entry(key).or_insert(Turn {
            position: 0,
            speaker: Speaker::Agent,
            message: None,
            at_seconds,
            interrupted: false,
            tools: Vec::new(),
        });
        if turn.interrupted && turn.message.as_deref() == Some(&text) {
            return Vec::new();
        }
        turn.message = Some(text);
        turn.interrupted = true;
        self.placed(key, is_new)
    }

    fn key(&mut self, speaker: Speaker, event_id: Option<i64>) -> Key {
        match event_id {
            Some(id) => (id, rank(speaker), 0),
            None => {
                self.without_id += 1;
                let last = self.turns.last_key_value().map_or(0, |((id, ..), _)| *id);
                (last, u8::MAX, self.without_id)
            }
        }
    }

    /// The turn at `key`; a new one moves those after it, so they are stored again too.
    fn placed(&mut self, key: Key, is_new: bool) -> Vec<Turn> {
        if self.in_history {
            return Vec::new();
        }
        let mut turns = self.placed_from(self.turns.range(..key).count());
        if !is_new {
            turns.truncate(1);
        }
        turns
    }

    fn placed_from(&self, index: usize) -> Vec<Turn> {
        self.turns
            .values()
            .enumerate()
            .skip(index)
            .filter_map(|(index, turn)| {
                let position = i32::try_from(self.base + index).ok()?;
                Some(Turn {
                    position,
                    ..turn.clone()
                })
            })
            .collect()
    }
}

fn rank(speaker: Speaker) -> u8 {
    match speaker {
        Speaker::Caller => 0,
        Speaker::Agent => 1,
    }
}

fn words_of(turn: &Turn) -> (Speaker, String) {
    (turn.speaker, turn.message.clone().unwrap_or_default())
}

/// Where in `stored` the repeated `history` begins: the first place from which the two agree to the end of the
/// shorter; after everything stored when they agree nowhere.
fn overlap(stored: &[(Speaker, String)], history: &[(Speaker, String)]) -> usize {
    (0..stored.len())
        .find(|start| {
            stored
                .iter()
                .skip(*start)
                .zip(history)
                .all(|(before, now)| before == now)
                && !history.is_empty()
        })
        .unwrap_or(stored.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn caller(event_id: i64, text: &str) -> MonitorEvent {
        MonitorEvent::UserTranscript {
            event_id: Some(event_id),
            text: text.into(),
        }
    }

    fn agent(event_id: i64, text: &str) -> MonitorEvent {
        MonitorEvent::AgentResponse {
            event_id: Some(event_id),
            text: text.into(),
        }
    }

    fn brief(turns: &[Turn]) -> Vec<(i32, &str)> {
        turns
            .iter()
            .map(|turn| (turn.position, turn.message.as_deref().unwrap_or_default()))
            .collect()
    }

    /// What the table holds after storing everything that was returned.
    fn table(events: impl IntoIterator<Item = MonitorEvent>) -> BTreeMap<i32, String> {
        let mut words = Words::new(Vec::new());
        words.end_history();
        let mut table = BTreeMap::new();
        for event in events {
            for turn in words.take(event, 0.0) {
                table.insert(turn.position, turn.message.unwrap_or_default());
            }
        }
        table
    }

    #[test]
    fn history_is_placed_in_order_when_it_is_through() {
        let mut words = Words::new(Vec::new());
        assert!(words.take(caller(2, "hi"), 1.0).is_empty());
        assert!(words.take(agent(1, "hello"), 1.0).is_empty());
        assert_eq!(
            brief(&words.take(MonitorEvent::HistoryComplete, 1.0)),
            [(0, "hello"), (1, "hi")]
        );
        assert_eq!(
            brief(&words.take(agent(5, "how are you"), 2.0)),
            [(2, "how are you")]
        );
    }

    #[test]
    fn what_is_repeated_after_a_reconnect_is_not_stored_again() {
        let mut words = Words::new(Vec::new());
        words.end_history();
        words.take(agent(1, "hello"), 1.0);
        words.take(caller(2, "hi"), 1.0);
        assert!(words.take(agent(1, "hello"), 9.0).is_empty());
        assert_eq!(brief(&words.take(agent(3, "bye"), 9.0)), [(2, "bye")]);
    }

    #[test]
    fn another_process_goes_on_where_the_last_one_stopped() {
        let stored = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (Speaker::Agent, (*text).to_owned()))
                .collect()
        };
        let mut words = Words::new(stored(&["a", "b", "c"]));
        for (id, text) in [(20, "b"), (21, "c"), (22, "d")] {
            words.take(agent(id, text), 0.0);
        }
        assert_eq!(brief(&words.end_history()), [(3, "d")]);
        let mut far_behind = Words::new(stored(&["a", "b"]));
        far_behind.take(agent(90, "y"), 0.0);
        assert_eq!(brief(&far_behind.end_history()), [(2, "y")]);
    }

    #[test]
    fn a_correction_replaces_what_the_agent_was_about_to_say_for_good() {
        let correction = MonitorEvent::AgentResponseCorrection {
            event_id: Some(4),
            original: "one two three".into(),
            corrected: "one".into(),
        };
        let mut words = Words::new(Vec::new());
        words.end_history();
        words.take(agent(4, "one two three"), 0.0);
        let corrected = words.take(correction.clone(), 0.0);
        assert_eq!(brief(&corrected), [(0, "one")]);
        assert!(corrected[0].interrupted);
        assert!(words.take(agent(4, "one two three"), 0.0).is_empty());
        assert!(words.take(correction, 0.0).is_empty());
    }

    proptest! {
        #[test]
        fn whatever_the_order_of_arrival_the_transcript_is_the_same(order in Just((0..12_i64).collect::<Vec<_>>()).prop_shuffle()) {
            let arrived = table(order.iter().map(|id| agent(*id, &format!("turn {id}"))));
            let expected = (0..12).map(|id| (id, format!("turn {id}"))).collect::<BTreeMap<i32, _>>();
            prop_assert_eq!(arrived, expected);
        }
    }
}
