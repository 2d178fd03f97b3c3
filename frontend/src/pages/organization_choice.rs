//! Choosing an organization: one's own and those directly below it, searched where they are many.

use leptos::prelude::*;
use serde::Serialize;
use shared::customer::OrganizationSummary;
use shared::page::MAX_LIMIT;
use shared::{OrganizationId, Page};

use super::typed::settled;
use crate::api::{self, ApiError, Latest};
use crate::state::SessionState;
use crate::ui::{Choice, Field, SearchInput, Select};

#[derive(Serialize)]
struct Query {
    limit: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
}

/// `value` is an id, empty until one is chosen. `except` can not be chosen.
#[component]
pub fn OrganizationChoice(
    value: RwSignal<String>,
    except: Option<OrganizationId>,
    #[prop(into)] error: Signal<Option<String>>,
) -> AnyView {
    let below = RwSignal::new(Vec::<OrganizationSummary>::new());
    let (typed, many) = (RwSignal::new(String::new()), RwSignal::new(false));
    let failed = RwSignal::new(None::<String>);
    let wanted = settled(typed);
    let latest = Latest::new();
    Effect::new(move |_| {
        let query = Query {
            limit: MAX_LIMIT,
            q: wanted.get().trim().to_owned(),
        };
        leptos::task::spawn_local(async move {
            let path = api::with_query("/api/organizations", &query);
            match api::get_latest::<Page<OrganizationSummary>>(&path, latest).await {
                Ok(page) => {
                    _ = many.try_update(|many| *many |= page.next_cursor.is_some());
                    _ = below.try_set(page.items);
                    _ = failed.try_set(None);
                }
                Err(ApiError::Superseded) => {}
                Err(error) => _ = failed.try_set(Some(error.title())),
            }
        });
    });
    let session = SessionState::here();
    let choices = Signal::derive(move || {
        let own = session
            .session()
            .map(|session| (session.organization.id, session.organization.name.clone()));
        let below = below.with(|below| {
            below
                .iter()
                .map(|row| (row.id, row.name.clone()))
                .collect::<Vec<_>>()
        });
        let all = own.into_iter().chain(below);
        std::iter::once(Choice::new("", "Choose an organization"))
            .chain(
                all.filter(|(id, _)| Some(*id) != except)
                    .map(|(id, name)| Choice::new(id.to_string(), name)),
            )
            .collect::<Vec<_>>()
    });
    let error = Signal::derive(move || error.get().or_else(|| failed.get()));
    view! {
        <Show when=move || many.get()>
            <SearchInput value=typed label="Find an organization" />
        </Show>
        <Field label="To" error>
            <Select choices value />
        </Field>
    }
    .into_any()
}
