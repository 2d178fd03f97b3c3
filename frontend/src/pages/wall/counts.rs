//! How many calls run at each customer; a press shows these alone.

use leptos::prelude::*;
use std::collections::BTreeMap;

use super::Shown;
use crate::format;
use crate::state::Memo;
use crate::ui::{Badge, Tone, lu};

#[derive(Clone, Debug, PartialEq)]
struct Count {
    id: String,
    name: String,
    running: usize,
    long: usize,
}

#[component]
pub(super) fn Counts(shown: Shown) -> AnyView {
    let counts = Memo::new(move |_| counts(shown));
    let chosen = shown.filter.organization;
    let list = move || {
        let counts = counts.get();
        (counts.len() > 1).then(|| {
            let chips = counts.into_iter().map(|count| {
                let (own, set) = (count.id.clone(), count.id);
                let pressed = Memo::new(move |_| chosen.with(|chosen| *chosen == own));
                let long = (count.long > 0).then(|| {
                    view! {
                        <Badge tone=Tone::Bad icon=lu::LuTimer>
                            {format::integer(count.long as f64)} " long"
                        </Badge>
                    }
                });
                view! {
                    <li>
                        <button
                            type="button"
                            class="inline-flex items-center gap-2 rounded-md border border-line bg-panel px-3 py-1.5 text-sm hover:bg-hover aria-pressed:bg-brand-soft"
                            aria-pressed=move || pressed.get().to_string()
                            on:click=move |_| {
                                let next = if pressed.get_untracked() { String::new() } else { set.clone() };
                                chosen.set(next);
                            }
                        >
                            <span class="max-w-56 truncate">{count.name}</span>
                            <span class="num font-medium">{format::integer(count.running as f64)}</span>
                            {long}
                        </button>
                    </li>
                }
            });
            view! {
                <ul class="flex flex-wrap gap-2" aria-label="Running calls by customer">
                    {chips.collect_view()}
                </ul>
            }
        })
    };
    list.into_any()
}

/// Most calls first.
fn counts(shown: Shown) -> Vec<Count> {
    let long = shown.long.get();
    let mut found: BTreeMap<String, Count> = BTreeMap::new();
    shown.wall.with(|wall| {
        for call in wall.iter().flat_map(|wall| &wall.calls) {
            let id = call.organization_id.to_string();
            let count = found.entry(id.clone()).or_insert_with(|| Count {
                id,
                name: call.organization_name.clone(),
                running: 0,
                long: 0,
            });
            count.running += 1;
            count.long += usize::from(long.contains(&call.id));
        }
    });
    let mut counts: Vec<Count> = found.into_values().collect();
    counts.sort_by(|a, b| b.running.cmp(&a.running).then_with(|| a.name.cmp(&b.name)));
    counts
}
