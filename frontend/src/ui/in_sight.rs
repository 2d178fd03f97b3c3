//! Whether an element is in the window: lists that load as one scrolls, transcripts that follow.

use leptos::prelude::*;
use leptos::web_sys::{self, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

type OnChange = Closure<dyn FnMut(js_sys::Array)>;

/// `margin` widens the window, in CSS syntax such as `0px 0px 400px 0px`; `unknown` holds until the browser has looked.
pub fn in_sight(node: NodeRef<leptos::html::Div>, margin: &'static str, unknown: bool) -> ReadSignal<bool> {
    let (seen, set_seen) = signal(unknown);
    let kept = StoredValue::new_local(None::<(IntersectionObserver, OnChange)>);
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        kept.update_value(|kept| {
            stop(kept);
            *kept = observe(&element, margin, set_seen);
        });
    });
    on_cleanup(move || _ = kept.try_update_value(stop));
    seen
}

fn observe(
    element: &web_sys::Element,
    margin: &str,
    seen: WriteSignal<bool>,
) -> Option<(IntersectionObserver, OnChange)> {
    let on_change: OnChange = Closure::new(move |entries: js_sys::Array| {
        if let Ok(newest) = entries.pop().dyn_into::<IntersectionObserverEntry>() {
            _ = seen.try_set(newest.is_intersecting());
        }
    });
    let options = IntersectionObserverInit::new();
    options.set_root_margin(margin);
    let observer =
        IntersectionObserver::new_with_options(on_change.as_ref().unchecked_ref(), &options).ok()?;
    observer.observe(element);
    Some((observer, on_change))
}

fn stop(kept: &mut Option<(IntersectionObserver, OnChange)>) {
    if let Some((observer, _)) = kept.take() {
        observer.disconnect();
    }
}
