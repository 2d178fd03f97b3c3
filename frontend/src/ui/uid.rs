//! Ids that tie a label, a hint or a popover to its element.

use std::cell::Cell;

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// An id that no other element of this page has.
pub fn uid() -> String {
    NEXT.with(|next| {
        let id = next.get();
        next.set(id.wrapping_add(1));
        format!("u{id}")
    })
}
