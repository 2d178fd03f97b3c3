//! Choosing the agents of a member who sees only his own.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use serde::Serialize;
use shared::Page;
use shared::agent::{Agent, AgentRef};

use crate::api::{self, ApiError, Latest};
use crate::ui::{Icon, SearchInput, lu};

/// Milliseconds between the last letter and the search.
const TYPING: u32 = 180;

#[derive(Serialize)]
struct Query {
    limit: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
}

#[component]
pub(super) fn AgentChoice(chosen: RwSignal<Vec<AgentRef>>) -> AnyView {
    let wanted = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<AgentRef>::new());
    let error = RwSignal::new(None::<ApiError>);
    let latest = Latest::new();
    let typing = StoredValue::new_local(None::<Timeout>);
    let load = move || {
        leptos::task::spawn_local(async move {
            let query = Query {
                limit: 20,
                q: wanted.get_untracked().trim().to_owned(),
            };
            match api::get_latest::<Page<Agent>>(&api::with_query("/api/agents", &query), latest).await {
                Ok(page) => {
                    let agents = page.items.into_iter().map(|agent| AgentRef {
                        id: agent.id,
                        name: agent.name,
                    });
                    _ = found.try_set(agents.collect());
                    _ = error.try_set(None);
                }
                Err(ApiError::Superseded) => {}
                Err(failed) => _ = error.try_set(Some(failed)),
            }
        });
    };
    load();
    Effect::new(move |before: Option<()>| {
        wanted.track();
        if before.is_some() {
            typing.set_value(Some(Timeout::new(TYPING, load)));
        }
    });
    let toggle = move |agent: AgentRef| {
        chosen.update(|all| {
            if all.iter().any(|one| one.id == agent.id) {
                all.retain(|one| one.id != agent.id);
            } else {
                all.push(agent);
            }
        });
    };
    // Those that are chosen stand on top, whatever is searched.
    let rows = move || {
        let mut rows = chosen.get();
        let others = found.get().into_iter();
        let others: Vec<_> = others
            .filter(|agent| !rows.iter().any(|one| one.id == agent.id))
            .collect();
        rows.extend(others);
        rows
    };
    let row = move |agent: AgentRef| {
        let id = agent.id;
        let name = agent.name.clone();
        view! {
            <li>
                <label class="check py-1">
                    <input
                        type="checkbox"
                        prop:checked=move || chosen.with(|all| all.iter().any(|one| one.id == id))
                        on:change=move |_| toggle(agent.clone())
                    />
                    <span dir="auto">{name}</span>
                </label>
            </li>
        }
    };
    view! {
        <div class="grid gap-2">
            <SearchInput value=wanted label="Find an agent by name" />
            <ul class="max-h-64 overflow-y-auto">
                <For each=rows key=|agent| agent.id children=row />
            </ul>
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <p class="flex items-center gap-2 text-sm" role="alert">
                                <Icon glyph=lu::LuTriangleAlert class="text-bad" />
                                {format!("{}. {}", error.title(), error.advice())}
                            </p>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}
