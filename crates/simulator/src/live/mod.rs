//! Running calls: `engine` moves one on, `events` says what its monitor hears, `supervised` what a supervisor does to it,
//! `generator` keeps a number of them going.

pub mod engine;
pub mod events;
pub mod generator;
mod supervised;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::{Notify, broadcast};

use crate::calls::Call;
use crate::sync::lock;

/// Events that a monitor which comes late still gets.
const HISTORY: usize = 100;

/// A call that somebody talks in.
pub struct LiveCall {
    pub call: Arc<Call>,
    /// Told when a supervisor ends the call.
    pub hang_up: Notify,
    history: Mutex<VecDeque<Value>>,
    sender: Mutex<Option<broadcast::Sender<Value>>>,
    last_event: AtomicI64,
    supervised: supervised::Supervised,
}

impl LiveCall {
    pub fn new(call: Arc<Call>) -> Arc<Self> {
        let (sender, _) = broadcast::channel(256);
        Arc::new(Self {
            call,
            hang_up: Notify::new(),
            history: Mutex::default(),
            sender: Mutex::new(Some(sender)),
            last_event: AtomicI64::new(0),
            supervised: supervised::Supervised::default(),
        })
    }

    /// The next `event_id`.
    pub fn event_id(&self) -> i64 {
        self.last_event.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Keeps an event and tells the monitors.
    pub fn publish(&self, event: Value) {
        // Held while sending, so that a monitor that subscribes now gets the event either as history or live, never twice.
        let mut history = lock(&self.history);
        if history.len() == HISTORY {
            history.pop_front();
        }
        history.push_back(event.clone());
        if let Some(sender) = lock(&self.sender).as_ref() {
            let _nobody_listens = sender.send(event);
        }
    }

    /// What was said so far and what will be; `None` once the call is over.
    pub fn subscribe(&self) -> Option<(Vec<Value>, broadcast::Receiver<Value>)> {
        let history = lock(&self.history);
        let receiver = lock(&self.sender).as_ref()?.subscribe();
        Some((history.iter().cloned().collect(), receiver))
    }

    /// Closes every monitor.
    pub fn close(&self) {
        lock(&self.sender).take();
    }
}
