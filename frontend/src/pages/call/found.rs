//! What the search of the log found in this call: listed above its words, marked within them; a press plays from there.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::call::Speaker;
use shared::call_search::{Piece, TurnMatch};

use super::data::CallData;
use super::surface::Surface;
use crate::api::{self, Latest};
use crate::format;
use crate::state::Memo;
use crate::ui::{Playback, found_text};

#[derive(Clone, Copy)]
pub(super) struct Found {
    /// In the order of the call.
    pub turns: RwSignal<Vec<TurnMatch>>,
    words: Memo<Option<String>>,
}

impl Found {
    /// Asks whenever another call or another search stands in the address.
    pub fn follow(data: CallData) -> Self {
        let query = use_query_map();
        let question = Memo::new(move |_| {
            query.with(|map| {
                let words = map.get("q").filter(|words| !words.trim().is_empty())?;
                Some((words, map.get("said_by").and_then(|s| Speaker::parse(&s))))
            })
        });
        let found = Self {
            turns: RwSignal::new(Vec::new()),
            words: Memo::new(move |_| question.get().map(|(words, _)| words)),
        };
        let latest = Latest::new();
        Effect::new(move |_| {
            let (Some(id), Some((words, said_by))) = (data.id.get(), question.get()) else {
                found.turns.set(Vec::new());
                return;
            };
            let mut query = vec![("q", words)];
            query.extend(said_by.map(|speaker| ("said_by", speaker.as_str().to_owned())));
            let path = api::with_query(&format!("/api/calls/{id}/matches"), &query);
            leptos::task::spawn_local(async move {
                // A transcript without marks is still one.
                if let Ok(turns) = api::get_latest::<Vec<TurnMatch>>(&path, latest).await {
                    _ = found.turns.try_set(turns);
                }
            });
        });
        found
    }

    /// What to draw in the place of the turns' own text.
    pub fn marked(self) -> Signal<HashMap<i32, Vec<Piece>>> {
        Memo::new(move |_| {
            self.turns.with(|turns| {
                let pieces = turns.iter().map(|turn| (turn.position, turn.pieces.clone()));
                pieces.collect::<HashMap<_, _>>()
            })
        })
        .into()
    }
}

#[component]
pub(super) fn FoundList(found: Found, playback: Playback) -> AnyView {
    let surface = expect_context::<Surface>();
    let go = move |position: i32, at: i32| {
        playback.seek(f64::from(at));
        show_turn(position);
    };
    // A line of the log was pressed: the call opens at its turn.
    Effect::new(move |_| {
        let Some(wanted) = surface.jump.get() else { return };
        let at = found.turns.with(|turns| {
            let turn = turns.iter().find(|turn| turn.position == wanted)?;
            Some(turn.at_seconds)
        });
        if let Some(at) = at {
            surface.jump.set(None);
            go(wanted, at);
        }
    });
    let line = move |turn: TurnMatch| {
        let (position, at) = (turn.position, turn.at_seconds);
        view! {
            <li>
                <button
                    type="button"
                    class="flex w-full min-w-0 gap-3 rounded-md px-2 py-1 text-left text-sm hover:bg-hover"
                    on:click=move |_| go(position, at)
                >
                    <span class="num shrink-0 text-muted">
                        {format::clock(f64::from(at))} " " {turn.speaker.label()}
                    </span>
                    <span class="truncate" dir="auto">{found_text(turn.pieces)}</span>
                </button>
            </li>
        }
    };
    let shown = move || {
        let turns = found.turns.get();
        let words = found.words.get()?;
        let title = match turns.len() {
            0 => return None,
            1 => format!("Found once: {words}"),
            count => format!("Found in {} turns: {words}", format::integer(count as f64)),
        };
        Some(view! {
            <section class="border-b border-line p-2" aria-label="Found in this call">
                <h2 class="px-2 pb-1 text-sm font-medium" dir="auto">{title}</h2>
                <ul class="max-h-40 overflow-y-auto">{turns.into_iter().map(line).collect_view()}</ul>
            </section>
        })
    };
    shown.into_any()
}

/// Brings a turn into sight; one that is not drawn is none to show.
fn show_turn(position: i32) {
    request_animation_frame(move || {
        if let Ok(Some(turn)) = document().query_selector(&format!("[data-turn='{position}']")) {
            turn.scroll_into_view();
        }
    });
}
