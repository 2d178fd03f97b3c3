//! Whether the window has room for a detail beside its list.

use leptos::prelude::*;
use leptos::web_sys::{MediaQueryList, MediaQueryListEvent};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// The `lg` breakpoint of the style sheet.
const WIDE: &str = "(width >= 1024px)";

/// Follows the window as it is resized.
pub fn is_wide() -> ReadSignal<bool> {
    let query: Option<MediaQueryList> = window().match_media(WIDE).ok().flatten();
    let (wide, set_wide) = signal(query.as_ref().is_none_or(MediaQueryList::matches));
    if let Some(query) = query {
        let on_change: Closure<dyn FnMut(MediaQueryListEvent)> =
            Closure::new(move |event: MediaQueryListEvent| _ = set_wide.try_set(event.matches()));
        query.set_onchange(Some(on_change.as_ref().unchecked_ref()));
        let kept = StoredValue::new_local(Some((query, on_change)));
        on_cleanup(move || {
            kept.try_update_value(|kept| {
                if let Some((query, _)) = kept.take() {
                    query.set_onchange(None);
                }
            });
        });
    }
    wide
}
