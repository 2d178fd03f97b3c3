//! Where a call is shown: in a panel over the log, or with the page to itself.

use leptos::prelude::*;
use shared::CallId;

use crate::state::Memo;

/// Given in the context by the log.
#[derive(Clone, Copy)]
pub struct Surface {
    /// Which one; `None` for an address that names none.
    pub call: Memo<Option<CallId>>,
    /// In the panel; else the page.
    pub panel: Signal<bool>,
    /// Back to the list.
    pub close: Callback<()>,
    /// To the call so many rows further down.
    pub step: Callback<isize>,
    /// The turn at which the log asks the call to open, until it has.
    pub jump: RwSignal<Option<i32>>,
    /// From the panel to the whole page.
    pub widen: Callback<()>,
    /// Says that its reader has read this one.
    pub changed: Callback<CallId>,
}
