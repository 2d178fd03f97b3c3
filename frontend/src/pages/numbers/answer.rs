//! Which agent answers a number.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde::Serialize;
use shared::Page;
use shared::agent::Agent;
use shared::number::{AssignNumber, PhoneNumber};
use shared::page::MAX_LIMIT;

use crate::api::{self, ApiError, Latest, Paged};
use crate::pages::typed::settled;
use crate::state::Toasts;
use crate::ui::{Button, Choice, Field, SearchInput, Select, Tone, Variant};

#[derive(Serialize)]
struct Query {
    limit: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
}

#[component]
pub(super) fn Answer(number: PhoneNumber, list: Paged<PhoneNumber>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let value = RwSignal::new(
        number
            .agent
            .as_ref()
            .map(|agent| agent.id.to_string())
            .unwrap_or_default(),
    );
    let agents = RwSignal::new(Vec::<Choice>::new());
    let (typed, many) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (asking, error) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    let wanted = settled(typed);
    let latest = Latest::new();
    let (id, connection) = (number.id, number.connection_id);
    Effect::new(move |_| {
        let query = Query {
            limit: MAX_LIMIT,
            q: wanted.get().trim().to_owned(),
        };
        leptos::task::spawn_local(async move {
            match api::get_latest::<Page<Agent>>(&api::with_query("/api/agents", &query), latest).await {
                Ok(page) => {
                    _ = many.try_update(|many| *many |= page.next_cursor.is_some());
                    let able = page
                        .items
                        .into_iter()
                        .filter(|agent| agent.connection_id == connection && !agent.archived);
                    _ = agents.try_set(able.map(|a| Choice::new(a.id.to_string(), a.name)).collect());
                }
                Err(ApiError::Superseded) => {}
                Err(failed) => _ = error.try_set(Some(failed)),
            }
        });
    });
    // The one that answers stays to be seen while another is searched.
    let present = number
        .agent
        .map(|agent| Choice::new(agent.id.to_string(), agent.name));
    let choices = Signal::derive(move || {
        let mut all = vec![Choice::new("", "Nobody")];
        all.extend(present.clone());
        agents.with(|agents| all.extend(agents.iter().filter(|a| present.as_ref() != Some(*a)).cloned()));
        all
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if asking.get_untracked() {
            return;
        }
        let request = AssignNumber {
            agent_id: value.get_untracked().parse().ok(),
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::put::<PhoneNumber>(&format!("/api/phone-numbers/{id}/agent"), &request).await {
                Ok(_) => {
                    toasts.show(Tone::Good, "ElevenLabs is being told");
                    list.load();
                }
                Err(refused) => {
                    toasts.show(Tone::Bad, refused.title());
                    _ = error.try_set(Some(refused));
                }
            }
            _ = asking.try_set(false);
        });
    };
    let message = Signal::derive(move || {
        error.with(|error| {
            error
                .as_ref()
                .map(|e| e.field("agent_id").unwrap_or_else(|| e.advice()))
        })
    });
    view! {
        <form class="grid gap-3 border-t border-line pt-5" novalidate on:submit=submit>
            <h3 class="font-semibold">"Who answers"</h3>
            <Show when=move || many.get()>
                <SearchInput value=typed label="Find an agent" />
            </Show>
            <Field label="Agent" hint="Agents of the same workspace." error=message>
                <Select choices value />
            </Field>
            <div>
                <Button variant=Variant::Primary submit=true loading=asking>
                    "Save"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
