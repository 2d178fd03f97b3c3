//! What ElevenLabs sent: what became of it, and doing it again.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use serde::Serialize;
use shared::Permission;
use shared::failure::{Affected, Chosen, Delivery, DeliveryState};

use super::payload::PayloadSheet;
use super::period;
use crate::api::{self, Paged, Phase, with_query};
use crate::state::{SessionState, Toasts};
use crate::ui::{
    Badge, Button, Card, Choice, Column, EmptyState, ErrorState, FilterChip, LoadMore, SkeletonRows, Table,
    Tone, When, lu,
};

const COLUMNS: &[Column] = &[
    Column::new("Received"),
    Column::new("What"),
    Column::new("State"),
    Column::actions(),
];

#[derive(Serialize)]
struct Query {
    limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime<Utc>>,
}

#[component]
pub(super) fn Deliveries() -> AnyView {
    let state = RwSignal::new(Some(DeliveryState::Failed.as_str().to_owned()));
    let since = RwSignal::new(None::<String>);
    let list = Paged::<Delivery>::follow(move || {
        let query = Query {
            limit: 50,
            state: state.get(),
            from: period::since(since.get().as_deref()),
        };
        with_query("/api/deliveries", &query)
    });
    let open = RwSignal::new(None::<String>);
    let body = move || {
        match list.phase.get() {
        Phase::First => view! { <SkeletonRows rows=6 /> }.into_any(),
        Phase::Failed(error) => {
            view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any()
        }
        _ if list.rows.with(Vec::is_empty) => view! {
            <EmptyState
                icon=lu::LuCheck
                title="No such delivery"
                text="What ElevenLabs sends is kept for a while. Deliveries that could not be dealt with appear here with their reason."
            />
        }
        .into_any(),
        _ => view! { <Rows list open /> }.into_any(),
    }
    };
    let states = DeliveryState::ALL
        .iter()
        .map(|state| Choice::new(state.as_str(), state.label()))
        .collect::<Vec<_>>();
    view! {
        <div class="mb-3 flex flex-wrap items-center gap-2">
            <FilterChip label="State" choices=Signal::stored(states) value=state />
            <FilterChip label="Received" choices=Signal::stored(period::choices()) value=since />
            <All list state since />
        </div>
        <Card class="overflow-clip">{body}</Card>
        <PayloadSheet chosen=open />
    }
    .into_any()
}

/// All that the filters show, and nothing that comes after this moment.
#[component]
fn All(list: Paged<Delivery>, state: RwSignal<Option<String>>, since: RwSignal<Option<String>>) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let act = move |deed: &'static str| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let chosen = Chosen::<String> {
                from: period::since(since.get_untracked().as_deref())
                    .or_else(|| DateTime::from_timestamp(0, 0)),
                to: Some(period::now()),
                state: state.get_untracked().as_deref().and_then(DeliveryState::parse),
                ..Chosen::default()
            };
            match api::post::<Affected>(&format!("/api/deliveries/{deed}"), &chosen).await {
                Ok(done) if deed == "replay" => {
                    toasts.show(
                        Tone::Good,
                        format!("{} deliveries are done again, oldest first", done.affected),
                    );
                }
                Ok(done) => toasts.show(Tone::Good, format!("{} deliveries are gone", done.affected)),
                Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
            }
            _ = busy.try_set(false);
            list.load();
        });
    };
    view! {
        <Show when=move || session.may(Permission::FailuresReplay) && !list.rows.with(Vec::is_empty)>
            <div class="ml-auto flex gap-2">
                <Button small=true icon=lu::LuRefreshCw loading=busy on_press=move |()| act("replay")>
                    "Replay all of these"
                </Button>
                <Show when=move || state.get().as_deref() == Some(DeliveryState::Failed.as_str())>
                    <Button small=true on_press=move |()| act("discard")>
                        "Let all go"
                    </Button>
                </Show>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn Rows(list: Paged<Delivery>, open: RwSignal<Option<String>>) -> AnyView {
    let each = move |delivery: Delivery| view! { <DeliveryRow delivery list open /> };
    view! {
        <Table caption="Deliveries, newest first" columns=COLUMNS>
            // Keyed by all that is shown: a changed one is drawn again.
            <For each=move || list.rows.get() key=|delivery| format!("{delivery:?}") children=each />
        </Table>
        <LoadMore
            shown=Signal::derive(move || list.rows.with(Vec::len))
            unit="deliveries"
            has_more=Signal::derive(move || list.has_more())
            loading=list.loading_more
            on_more=move |()| list.load_more()
        />
    }
    .into_any()
}

fn tone(delivery: &Delivery) -> (Tone, &'static str) {
    match delivery.state {
        _ if delivery.replaying => (Tone::Info, "Done again"),
        DeliveryState::New => (Tone::Info, DeliveryState::New.label()),
        DeliveryState::Done => (Tone::Good, DeliveryState::Done.label()),
        DeliveryState::Ignored => (Tone::Plain, DeliveryState::Ignored.label()),
        DeliveryState::Failed => (Tone::Bad, DeliveryState::Failed.label()),
    }
}

#[component]
fn DeliveryRow(delivery: Delivery, list: Paged<Delivery>, open: RwSignal<Option<String>>) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let id = StoredValue::new(delivery.id.to_string());
    let replay = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let chosen = Chosen {
                ids: vec![id.get_value()],
                ..Chosen::default()
            };
            match api::post::<Affected>("/api/deliveries/replay", &chosen).await {
                Ok(_) => toasts.show(Tone::Good, "It is done again"),
                Err(error) => toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice())),
            }
            _ = busy.try_set(false);
            list.load();
        });
    };
    let (tone, label) = tone(&delivery);
    let error = delivery
        .error
        .clone()
        .map(|error| view! { <div class="max-w-96 text-sm break-words whitespace-normal text-muted">{error}</div> });
    view! {
        <tr>
            <td>
                <When at=delivery.received_at />
            </td>
            <td class="break-all whitespace-normal">{delivery.event_type.replace('_', " ")}</td>
            <td>
                <Badge tone>{label}</Badge>
                {error}
            </td>
            <td class="right">
                <div class="flex justify-end gap-2">
                    <Show when=move || session.may(Permission::FailuresPayload)>
                        <Button small=true on_press=move |()| open.set(Some(id.get_value()))>
                            "Read"
                        </Button>
                    </Show>
                    <Show when=move || session.may(Permission::FailuresReplay)>
                        <Button small=true loading=busy on_press=replay>
                            "Replay"
                        </Button>
                    </Show>
                </div>
            </td>
        </tr>
    }
    .into_any()
}
