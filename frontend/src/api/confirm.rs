//! Where the client asks again whether it is he, whichever request is told to: the frame shows one dialog for all of them.

use std::cell::RefCell;

use js_sys::{Function, Promise};
use leptos::prelude::{Callable, UnsyncCallback};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static ASKED: RefCell<Option<UnsyncCallback<Function>>> = const { RefCell::new(None) };
}

/// Sets who asks. He calls the function with `true` when it is he, with `false` when it was given up.
pub fn on_confirmation(asked: UnsyncCallback<Function>) {
    ASKED.set(Some(asked));
}

/// Whether it is he.
pub(super) async fn ask() -> bool {
    let Some(asked) = ASKED.with_borrow(|asked| *asked) else {
        return false;
    };
    let answer = Promise::new(&mut |resolve, _| asked.run(resolve));
    JsFuture::from(answer)
        .await
        .is_ok_and(|answer| answer.is_truthy())
}
