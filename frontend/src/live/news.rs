//! Those who want to hear what happens.

use std::sync::Arc;

use leptos::prelude::*;
use shared::live::LiveEvent;

/// What a listener is told.
#[derive(Clone, Debug)]
pub enum News {
    Event(Arc<LiveEvent>),
    /// Events were missed: whatever the page shows may be old, it should read it again.
    Missed,
}

#[derive(Clone, Copy)]
pub(super) struct Listeners(StoredValue<Vec<(u32, Callback<News>)>>);

impl Listeners {
    pub fn new() -> Self {
        Self(StoredValue::new(Vec::new()))
    }

    /// Until the reactive owner of the caller is gone.
    pub fn add(self, listener: Callback<News>) {
        let id = self
            .0
            .with_value(|all| all.iter().map(|(id, _)| *id).max().map_or(0, |most| most + 1));
        self.0.update_value(|all| all.push((id, listener)));
        on_cleanup(move || {
            _ = self
                .0
                .try_update_value(|all| all.retain(|(known, _)| *known != id))
        });
    }

    pub fn tell(self, news: &News) {
        // Copied first: a listener may cause others to come and go.
        for (_, listener) in self.0.get_value() {
            _ = listener.try_run(news.clone());
        }
    }
}
