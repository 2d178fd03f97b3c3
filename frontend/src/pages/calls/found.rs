//! What the search found in the calls of the log: asked for after the rows stand there, so that they need not wait.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use shared::call::Speaker;
use shared::call_search::{CallMatches, MAX_CALLS, TurnMatch};
use shared::{CallId, Permission};

use super::filter::UrlFilter;
use super::log::{Log, Phase};
use crate::api;
use crate::format;
use crate::state::SessionState;
use crate::ui::found_text;

/// Words, and who said them.
type Question = (String, Option<Speaker>);

#[derive(Clone, Copy)]
pub(super) struct Found {
    turns: RwSignal<HashMap<CallId, Vec<TurnMatch>>>,
    /// A press on a line opens its call there: the call, and the turn.
    open_at: Callback<(CallId, i32)>,
}

impl Found {
    /// Asks for what is found in the rows of `log` as they come.
    pub fn follow(log: Log, filter: UrlFilter, open_at: Callback<(CallId, i32)>) -> Self {
        let found = Self {
            turns: RwSignal::new(HashMap::new()),
            open_at,
        };
        let may = untrack(|| SessionState::here().may(Permission::CallsTranscript));
        let asked = StoredValue::new((None::<Question>, HashSet::<CallId>::new()));
        Effect::new(move |_| {
            let filter = filter.get();
            let question = filter.q.map(|q| (q, filter.said_by)).filter(|_| may);
            let rows: Vec<CallId> = log.rows.with(|rows| rows.iter().map(|row| row.id).collect());
            // Rows of an older question are not asked about.
            if log.phase.get() != Phase::Ready {
                return;
            }
            if asked.with_value(|(last, _)| *last != question) {
                asked.set_value((question.clone(), HashSet::new()));
                found.turns.set(HashMap::new());
            }
            let Some(question) = question else { return };
            let new: Vec<CallId> = rows
                .into_iter()
                .filter(|id| asked.with_value(|(_, known)| !known.contains(id)))
                .collect();
            asked.update_value(|(_, known)| known.extend(&new));
            for part in new.chunks(MAX_CALLS) {
                let path = path(&question, part);
                let question = question.clone();
                leptos::task::spawn_local(async move {
                    // Without them the rows are still right.
                    let Ok(read) = api::get::<Vec<CallMatches>>(&path).await else {
                        return;
                    };
                    if asked.try_with_value(|(last, _)| last.as_ref() == Some(&question)) == Some(true) {
                        let read = read.into_iter().map(|one| (one.call_id, one.turns));
                        found.turns.update(|turns| turns.extend(read));
                    }
                });
            }
        });
        found
    }

    /// The lines below a call's title.
    pub fn lines(self, id: CallId) -> AnyView {
        let turns = self
            .turns
            .with(|turns| turns.get(&id).cloned())
            .unwrap_or_default();
        let lines = turns.into_iter().map(|turn| {
            let position = turn.position;
            let press = move |event: leptos::ev::MouseEvent| {
                event.stop_propagation();
                self.open_at.run((id, position));
            };
            view! {
                <button
                    type="button"
                    class="flex w-full min-w-0 gap-2 text-left text-xs text-muted hover:text-ink"
                    title="Open the call here"
                    on:click=press
                >
                    <span class="num shrink-0">
                        {turn.speaker.label()} " " {format::clock(f64::from(turn.at_seconds))}
                    </span>
                    <span class="truncate" dir="auto">{found_text(turn.pieces)}</span>
                </button>
            }
        });
        let lines: Vec<_> = lines.collect();
        if lines.is_empty() {
            return ().into_any();
        }
        view! { <div class="grid gap-0.5 pb-1">{lines}</div> }.into_any()
    }
}

fn path((words, said_by): &Question, ids: &[CallId]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let query = [
        ("q", Some(words.as_str())),
        ("said_by", said_by.map(Speaker::as_str)),
        ("ids", Some(&ids.join(","))),
    ];
    let query: Vec<_> = query
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    api::with_query("/api/calls/matches", &query)
}
