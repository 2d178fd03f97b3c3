//! The keys of an open call: Space plays, T opens its tags, N writes a note.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::{HtmlAudioElement, HtmlElement};
use wasm_bindgen::JsCast;

use crate::ui::is_typing;

/// Which element each key looks for.
pub(super) const TAGS: &str = "call-tags";
pub(super) const NOTE: &str = "call-note";

/// Listens as long as the call is shown.
pub(super) fn listen() {
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing() {
            return;
        }
        let done = match event.key().as_str() {
            // On a button or a link it presses that, as everywhere.
            " " if !presses() => toggle_sound(),
            "t" => press(&format!("#{TAGS} button")),
            "n" => focus(&format!("#{NOTE} textarea")),
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });
    on_cleanup(move || keys.remove());
}

fn presses() -> bool {
    document().active_element().is_some_and(|element| {
        let is_slider = element.get_attribute("role").as_deref() == Some("slider");
        is_slider || matches!(element.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY")
    })
}

fn toggle_sound() -> bool {
    let sound = document().query_selector(".player audio").ok().flatten();
    let Some(sound) = sound.and_then(|element| element.dyn_into::<HtmlAudioElement>().ok()) else {
        return false;
    };
    if sound.paused() {
        if let Ok(started) = sound.play() {
            leptos::task::spawn_local(async move {
                // The player itself tells a failure.
                _ = wasm_bindgen_futures::JsFuture::from(started).await;
            });
        }
    } else {
        _ = sound.pause();
    }
    true
}

fn element(selector: &str) -> Option<HtmlElement> {
    let found = document().query_selector(selector).ok().flatten()?;
    found.dyn_into().ok()
}

fn press(selector: &str) -> bool {
    element(selector).map(|button| button.click()).is_some()
}

fn focus(selector: &str) -> bool {
    element(selector).is_some_and(|field| {
        field.scroll_into_view();
        field.focus().is_ok()
    })
}
