//! What a supervisor does to a call: hints that the agent takes up, messages in its place.
//!
//! The words of a call follow from its seed, so that past ones need not be kept. From the first intervention on they do
//! not any more, and are kept turn by turn.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tokio::sync::Notify;

use super::LiveCall;
use crate::calls::script::Turn;
use crate::catalogue::Role;
use crate::sync::lock;

/// Of one call.
#[derive(Default)]
pub struct Supervised {
    hints: Mutex<VecDeque<String>>,
    taken_over: AtomicBool,
    /// Messages that a connected client has not got yet.
    unsent: Mutex<VecDeque<(i64, String)>>,
    written: Notify,
    /// Turns so far.
    said: Mutex<Vec<Turn>>,
}

impl LiveCall {
    /// The agent's next words take this up.
    pub fn hint(&self, text: &str) {
        lock(&self.supervised.hints).push_back(text.to_owned());
    }

    /// Silences the agent, or lets it speak again. Only chats can be taken over.
    pub fn take_over(&self, on: bool) {
        if !self.call.profile.text_only || self.supervised.taken_over.swap(on, Ordering::AcqRel) == on {
            return;
        }
        let name = if on {
            "external_agent_connected"
        } else {
            "external_agent_disconnected"
        };
        self.publish(json!({"type": name, format!("{name}_event"): {"event_id": self.event_id()}}));
    }

    pub fn is_taken_over(&self) -> bool {
        self.supervised.taken_over.load(Ordering::Acquire)
    }

    /// A person's words in the place of the agent; ignored while the agent itself speaks.
    pub fn say(&self, text: &str) {
        if !self.is_taken_over() {
            return;
        }
        let id = self.event_id();
        self.publish(json!({"type": "agent_response", "agent_response_event": {"agent_response": text, "event_id": id}}));
        let at = lock(&self.supervised.said)
            .last()
            .map_or(0.0, |turn| turn.at + turn.len);
        self.depart();
        self.keep(&Turn {
            role: Role::Agent,
            text: Some(text.to_owned()),
            tool: None,
            at,
            len: 0.5,
            interrupted: false,
        });
        lock(&self.supervised.unsent).push_back((id, text.to_owned()));
        self.supervised.written.notify_one();
    }

    /// The next words of a person for a connected client, with their event id. May be raced in a `select!`.
    pub async fn written(&self) -> (i64, String) {
        loop {
            if let Some(message) = lock(&self.supervised.unsent).pop_front() {
                return message;
            }
            self.supervised.written.notified().await;
        }
    }

    /// The agent's words as it says them: with what it was hinted at.
    pub fn hinted(&self, text: &str) -> Option<String> {
        let hint = lock(&self.supervised.hints).pop_front()?;
        Some(format!("{text} {hint}"))
    }

    /// From here on the words are no longer those of the script.
    pub fn depart(&self) {
        let said = lock(&self.supervised.said);
        self.call.spoken.get_or_init(|| Mutex::new(said.clone()));
    }

    /// Notes a turn that was spoken to its end.
    pub fn keep(&self, turn: &Turn) {
        let mut said = lock(&self.supervised.said);
        said.push(turn.clone());
        if let Some(spoken) = self.call.spoken.get() {
            lock(spoken).push(turn.clone());
        }
        self.call.progress.show(said.len());
    }
}
