//! A search that waits for the end of a word.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

/// Milliseconds between the last letter and the search.
const TYPING: u32 = 180;

/// Follows `typed` once nothing was typed for a moment.
pub fn settled(typed: RwSignal<String>) -> RwSignal<String> {
    let settled = RwSignal::new(typed.get_untracked());
    let waiting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |before: Option<()>| {
        let text = typed.get();
        if before.is_some() {
            // The search that was waiting is dropped, and with it called off.
            waiting.set_value(Some(Timeout::new(TYPING, move || settled.set(text))));
        }
    });
    settled
}
