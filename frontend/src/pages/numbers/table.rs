//! The table of numbers, and what stands there when there are none.

use leptos::prelude::*;
use shared::number::PhoneNumber;
use shared::{Permission, PhoneNumberId};

use super::{answering, carrier, state};
use crate::api::Paged;
use crate::format;
use crate::state::{Memo, SessionState};
use crate::ui::{Button, ButtonLink, Column, EmptyState, LoadMore, Row, Table, Variant, lu};

const COLUMNS: &[Column] = &[
    Column::new("Number"),
    Column::new("Label").with("max-md:hidden"),
    Column::new("Answered by"),
    Column::new("Organization").with("max-lg:hidden"),
    Column::new("Carrier").with("max-lg:hidden"),
    Column::new("State").with("max-sm:hidden"),
];

#[component]
pub(super) fn NumberTable(
    list: Paged<PhoneNumber>,
    chosen: Memo<Option<PhoneNumberId>>,
    choose: Callback<Option<PhoneNumberId>>,
) -> AnyView {
    let rows = move || {
        let numbers = list.rows.get().into_iter();
        let rows = numbers.map(|number| {
            let id = number.id;
            let current = Signal::derive(move || chosen.get() == Some(id));
            view! {
                <Row on_open=move |()| choose.run(Some(id)) current>
                    {cells(&number)}
                </Row>
            }
        });
        rows.collect_view()
    };
    view! {
        <Table caption="Phone numbers" columns=COLUMNS>
            {rows}
        </Table>
        <LoadMore
            shown=Signal::derive(move || list.rows.with(Vec::len))
            unit="phone numbers"
            has_more=Signal::derive(move || list.has_more())
            loading=list.loading_more
            on_more=move |()| list.load_more()
        />
    }
    .into_any()
}

fn cells(number: &PhoneNumber) -> AnyView {
    let href = format!("/phone-numbers?number={}", number.id);
    let faint = if number.agent.is_some() {
        "truncate"
    } else {
        "truncate text-muted"
    };
    view! {
        <td>
            <a href=href tabindex="-1" class="num font-medium whitespace-nowrap">
                {format::phone(&number.number)}
            </a>
        </td>
        <td class="max-w-60 truncate max-md:hidden" dir="auto">
            {number.label.clone()}
        </td>
        <td class="w-full max-w-0">
            <div class=faint dir="auto">
                {answering(number)}
            </div>
        </td>
        <td class="max-w-48 truncate max-lg:hidden" dir="auto">
            {number.organization_name.clone()}
        </td>
        <td class="max-lg:hidden">{carrier(&number.provider)}</td>
        <td class="max-sm:hidden">{state(number).unwrap_or_else(|| "–".into_any())}</td>
    }
    .into_any()
}

#[component]
pub(super) fn Nothing(typed: RwSignal<String>, searched: RwSignal<String>) -> AnyView {
    let session = SessionState::here();
    if !searched.with_untracked(|text| text.trim().is_empty()) {
        return view! {
            <EmptyState icon=lu::LuSearch title="No number matches" text="Search for other digits, a label or an agent.">
                <Button on_press=move |()| typed.set(String::new())>"Clear search"</Button>
            </EmptyState>
        }
        .into_any();
    }
    let text = "Numbers of a connected ElevenLabs workspace appear here with its next sync.";
    if untrack(|| session.may(Permission::ConnectionsView)) {
        return view! {
            <EmptyState icon=lu::LuPhoneIncoming title="No phone numbers yet" text>
                <ButtonLink href="/settings/integrations" variant=Variant::Primary>
                    "Open integrations"
                </ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    view! { <EmptyState icon=lu::LuPhoneIncoming title="No phone numbers yet" text /> }.into_any()
}
