//! Where the client tells that the session has ended, whichever request learns of it.

use std::cell::Cell;

use leptos::prelude::Callable;
use leptos::prelude::Callback;

thread_local! {
    static LISTENER: Cell<Option<Callback<()>>> = const { Cell::new(None) };
}

/// Sets who is told. The session state does so once, at start.
pub fn on_signed_out(listener: Callback<()>) {
    LISTENER.set(Some(listener));
}

pub(super) fn tell() {
    if let Some(listener) = LISTENER.get() {
        listener.run(());
    }
}
