//! Requests of which only the newest counts, such as a list behind a filter that is being typed.

use leptos::prelude::*;
use leptos::web_sys::{AbortController, AbortSignal};

/// One per list; `Copy`, so that closures take it along.
#[derive(Clone, Copy)]
pub struct Latest(StoredValue<Option<AbortController>, LocalStorage>);

impl Latest {
    /// Lives as long as the reactive owner in which it is made; what still runs then is cut off.
    pub fn new() -> Self {
        let latest = Self(StoredValue::new_local(None));
        on_cleanup(move || latest.abort());
        latest
    }

    /// Cuts off the request before and gives the signal of the next.
    pub(super) fn next(self) -> Option<AbortSignal> {
        self.abort();
        let controller = AbortController::new().ok()?;
        let signal = controller.signal();
        self.0.try_update_value(|current| *current = Some(controller));
        Some(signal)
    }

    fn abort(self) {
        self.0.try_update_value(|current| {
            if let Some(controller) = current.take() {
                controller.abort();
            }
        });
    }
}

impl Default for Latest {
    fn default() -> Self {
        Self::new()
    }
}
