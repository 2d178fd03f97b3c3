//! What was said. Follows the sound while it plays; grows at its foot while a call runs.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::web_sys;
use shared::call::Turn;
use shared::call_search::Piece;

use super::playback::Playback;
use super::turn::TurnView;
use crate::state::Memo;

/// `live` keeps the newest turn in sight unless the reader has scrolled away from the foot.
#[component]
pub fn Transcript(
    #[prop(into)] turns: Signal<Vec<Turn>>,
    #[prop(optional)] playback: Option<Playback>,
    #[prop(optional)] live: bool,
    /// Turns in which a search found something, by position.
    #[prop(optional, into)]
    found: Signal<HashMap<i32, Vec<Piece>>>,
) -> AnyView {
    let list = NodeRef::<leptos::html::Ol>::new();
    let first_load = StoredValue::new(true);
    let spoken_now = Memo::new(move |_| {
        let playback = playback?;
        let time = playback.time.get();
        let begun = playback.playing.get() || time > 0.0;
        begun
            .then(|| turns.with(|turns| position_at(turns, time)))
            .flatten()
    });
    Effect::new(move |_| {
        let (Some(_), Some(list)) = (spoken_now.get(), list.get()) else {
            return;
        };
        if playback.is_some_and(|playback| playback.playing.get_untracked()) {
            request_animation_frame(move || {
                if let Ok(Some(turn)) = list.query_selector("[data-now]") {
                    turn.scroll_into_view_with_scroll_into_view_options(&nearest());
                }
            });
        }
    });
    Effect::new(move |_| {
        let count = turns.with(Vec::len);
        let Some(list) = list.get() else { return };
        if live && count > 0 {
            let following = first_load.get_value() || at_foot(&list);
            if following {
                request_animation_frame(move || {
                    if let Some(last) = list.last_element_child() {
                        last.scroll_into_view_with_scroll_into_view_options(&nearest());
                    }
                });
            }
        }
        first_load.set_value(false);
    });
    view! {
        <ol class="turns" node_ref=list>
            <For
                each=move || turns.get()
                // A corrected turn has the same position and other words: it must be drawn again.
                key=|turn| (turn.position, turn.message.clone(), turn.tools.len(), turn.interrupted)
                let:turn
            >
                <TurnView
                    now=Signal::derive(move || spoken_now.get() == Some(turn.position))
                    fresh=live && !first_load.get_value()
                    turn=turn.clone()
                    playback
                    found=Signal::derive(move || found.with(|found| found.get(&turn.position).cloned()))
                />
            </For>
        </ol>
    }
    .into_any()
}

/// The turn that is spoken at `time`: the last that has begun.
fn position_at(turns: &[Turn], time: f64) -> Option<i32> {
    turns
        .iter()
        .take_while(|turn| turn.at_seconds <= time + 0.05)
        .last()
        .map(|turn| turn.position)
}

fn nearest() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options.set_behavior(web_sys::ScrollBehavior::Smooth);
    options
}

/// Whether the list's foot is in or near the window.
fn at_foot(list: &web_sys::Element) -> bool {
    let height = window()
        .inner_height()
        .ok()
        .and_then(|h| h.as_f64())
        .unwrap_or(0.0);
    list.get_bounding_client_rect().bottom() < height + 160.0
}

#[cfg(test)]
mod tests {
    use super::position_at;
    use shared::call::{Speaker, Turn};

    #[test]
    fn the_turn_spoken_now_is_the_last_that_has_begun() {
        let turn = |position, at_seconds| Turn {
            position,
            speaker: Speaker::Agent,
            message: None,
            at_seconds,
            interrupted: false,
            tools: Vec::new(),
        };
        let turns = [turn(0, 0.0), turn(1, 4.0), turn(2, 9.5)];
        assert_eq!(position_at(&turns, 0.0), Some(0));
        assert_eq!(position_at(&turns, 9.4), Some(1));
        assert_eq!(position_at(&turns, 60.0), Some(2));
        assert_eq!(position_at(&[], 1.0), None);
    }
}
