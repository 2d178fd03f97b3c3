//! Fields and values that ElevenLabs sends and this version does not know.

use leptos::prelude::*;
use shared::failure::Novelty;

use crate::api::{self, ApiError, Latest};
use crate::format;
use crate::ui::{Card, Column, EmptyState, ErrorState, SkeletonRows, Table, When, lu};

const COLUMNS: &[Column] = &[
    Column::new("Field"),
    Column::new("Value"),
    Column::new("Connection").with("max-md:hidden"),
    Column::right("Seen"),
    Column::new("Last").with("max-md:hidden"),
    Column::new("For example in").with("max-lg:hidden"),
];

#[component]
pub(super) fn Novelties() -> AnyView {
    let read = RwSignal::new(None::<Result<Vec<Novelty>, ApiError>>);
    let latest = Latest::new();
    let load = move || {
        leptos::task::spawn_local(async move {
            match api::get_latest::<Vec<Novelty>>("/api/novelties", latest).await {
                Err(ApiError::Superseded) => {}
                reply => _ = read.try_set(Some(reply)),
            }
        });
    };
    load();
    let body = move || {
        match read.get() {
        None => view! { <SkeletonRows rows=4 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorState error retry=Callback::new(move |()| load()) /> }.into_any(),
        Some(Ok(novelties)) if novelties.is_empty() => view! {
            <EmptyState
                icon=lu::LuCheck
                title="Nothing new"
                text="When ElevenLabs sends fields or values that this version does not know, they are counted here. Calls are stored all the same."
            />
        }
        .into_any(),
        Some(Ok(novelties)) => {
            let rows = novelties.into_iter().map(row).collect_view();
            view! {
                <Table caption="New at ElevenLabs, seen last first" columns=COLUMNS>
                    {rows}
                </Table>
            }
            .into_any()
        }
    }
    };
    view! { <Card class="overflow-clip">{body}</Card> }.into_any()
}

fn row(novelty: Novelty) -> AnyView {
    view! {
        <tr>
            <td class="break-all whitespace-normal">
                <code>{novelty.path}</code>
            </td>
            <td class="break-all whitespace-normal">{novelty.value.unwrap_or_else(|| "New field".to_owned())}</td>
            <td class="max-md:hidden" dir="auto">
                {novelty.connection}
            </td>
            <td class="right num">{format::integer(novelty.seen as f64)}</td>
            <td class="max-md:hidden">
                <When at=novelty.last_seen_at />
            </td>
            <td class="break-all whitespace-normal max-lg:hidden">{novelty.example}</td>
        </tr>
    }
    .into_any()
}
