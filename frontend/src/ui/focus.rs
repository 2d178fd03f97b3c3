//! Moving the keyboard focus among siblings.

use leptos::prelude::*;
use leptos::web_sys;
use wasm_bindgen::JsCast;

/// Moves the focus by `step` among the elements of `root` that match `selector`; from outside of
/// them to the first or the last.
pub(super) fn step_focus(root: &web_sys::Element, selector: &str, step: i32) {
    let Ok(found) = root.query_selector_all(selector) else {
        return;
    };
    let count = i32::try_from(found.length()).unwrap_or(0);
    if count == 0 {
        return;
    }
    let active = document().active_element();
    let here = (0..count).find(|i| {
        let node = found.item(i.unsigned_abs());
        active
            .as_ref()
            .is_some_and(|active| node.as_ref().is_some_and(|node| node == active.unchecked_ref()))
    });
    let next = match here {
        Some(here) => (here + step).clamp(0, count - 1),
        None if step > 0 => 0,
        None => count - 1,
    };
    if let Some(element) = found
        .item(next.unsigned_abs())
        .and_then(|n| n.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // An element that is gone meanwhile keeps nothing from working.
        _ = element.focus();
    }
}

/// Whether the person types into something, so that single keys are text, not commands.
pub fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.closest("dialog[open]").ok().flatten().is_some()
    })
}
