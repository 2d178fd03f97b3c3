//! Short news, such as "Connection removed" with a way back.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::ui::Tone;

/// How long news stay, in milliseconds; those with a way back stay longer.
const SHOWN: u32 = 5_000;
const SHOWN_WITH_UNDO: u32 = 9_000;
/// More at once nobody reads.
const MOST: usize = 4;

#[derive(Clone)]
pub struct Toast {
    pub id: u32,
    pub tone: Tone,
    pub text: String,
    pub undo: Option<Callback<()>>,
}

#[derive(Clone, Copy)]
pub struct Toasts {
    queue: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    pub(super) fn provide() {
        provide_context(Self {
            queue: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        });
    }

    /// Tells something.
    pub fn show(self, tone: Tone, text: impl Into<String>) {
        self.push(tone, text.into(), None);
    }

    /// Tells that something was done and how to take it back.
    pub fn show_undo(self, text: impl Into<String>, undo: Callback<()>) {
        self.push(Tone::Good, text.into(), Some(undo));
    }

    pub fn list(self) -> Vec<Toast> {
        self.queue.get()
    }

    pub fn dismiss(self, id: u32) {
        self.queue.update(|queue| queue.retain(|toast| toast.id != id));
    }

    fn push(self, tone: Tone, text: String, undo: Option<Callback<()>>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let shown = if undo.is_some() { SHOWN_WITH_UNDO } else { SHOWN };
        self.queue.update(|queue| {
            queue.push(Toast { id, tone, text, undo });
            let surplus = queue.len().saturating_sub(MOST);
            queue.drain(..surplus);
        });
        Timeout::new(shown, move || self.dismiss(id)).forget();
    }
}
