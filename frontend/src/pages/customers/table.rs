//! The table of organizations with their health at a glance.

use leptos::prelude::*;
use shared::OrganizationId;
use shared::customer::OrganizationSummary;
use shared::organization::OrganizationStatus;

use super::list::CustomerList;
use super::words;
use crate::format;
use crate::state::SessionState;
use crate::ui::{Avatar, Badge, Column, LoadMore, Row, StatusDot, Table, Tone, When};

const COLUMNS: &[Column] = &[
    Column::new("Name"),
    Column::new("Status"),
    Column::right("Agents").with("max-md:hidden"),
    Column::right("Members").with("max-lg:hidden"),
    Column::right("Calls, 7 days").with("max-sm:hidden"),
    Column::right("Successful").with("max-md:hidden"),
    Column::right("Running").with("max-lg:hidden"),
    Column::right("Last call").with("max-sm:hidden"),
];

#[component]
pub(super) fn CustomerTable(
    list: CustomerList,
    chosen: Memo<Option<OrganizationId>>,
    choose: Callback<Option<OrganizationId>>,
) -> AnyView {
    let session = SessionState::here();
    let ids = Memo::new(move |_| {
        list.rows
            .with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>())
    });
    let each = move |id: OrganizationId| {
        let row = Memo::new(move |_| list.with_row(id, Clone::clone));
        view! {
            <Row on_open=move |()| choose.run(Some(id)) current=Signal::derive(move || chosen.get() == Some(id))>
                {move || row.with(|row| row.as_ref().map(cells))}
            </Row>
        }
    };
    view! {
        <Table caption="Organizations, by name" columns=COLUMNS>
            <For each=move || ids.get() key=|id| *id children=each />
        </Table>
        <LoadMore
            shown=Signal::derive(move || ids.with(Vec::len))
            unit=untrack(|| words(session).0)
            has_more=Signal::derive(move || list.cursor.with(Option::is_some))
            loading=list.loading_more
            on_more=move |()| list.load_more()
        />
    }
    .into_any()
}

fn cells(row: &OrganizationSummary) -> AnyView {
    let href = format!("/customers?organization={}", row.id);
    let number = |n: i64| format::integer(n as f64);
    let rate = row
        .success_rate_7d
        .map_or_else(|| "–".to_owned(), format::percent);
    view! {
        <td class="w-full max-w-0">
            <span class="flex min-w-0 items-center gap-2.5">
                <Avatar name=row.name.clone() />
                <a href=href tabindex="-1" class="min-w-0 truncate font-medium" dir="auto" title=row.name.clone()>
                    {row.name.clone()}
                </a>
            </span>
        </td>
        <td>{status(row)}</td>
        <td class="right num max-md:hidden">{number(row.agents)}</td>
        <td class="right num max-lg:hidden">{number(row.members)}</td>
        <td class="right num max-sm:hidden">{number(row.calls_7d)}</td>
        <td class="right num max-md:hidden">{rate}</td>
        <td class="right num max-lg:hidden">{number(row.running_calls)}</td>
        <td class="right max-sm:hidden">
            {row.last_call_at.map_or_else(|| "–".into_any(), |at| view! { <When at /> }.into_any())}
        </td>
    }
    .into_any()
}

/// Suspended or archived before trouble with connections, and that before "all is well".
pub(super) fn status(row: &OrganizationSummary) -> AnyView {
    match row.status {
        OrganizationStatus::Suspended => view! { <Badge tone=Tone::Warn>"Suspended"</Badge> }.into_any(),
        OrganizationStatus::Archived => view! { <Badge>"Archived"</Badge> }.into_any(),
        OrganizationStatus::Active if row.failing_connections > 0 => {
            let label = match row.failing_connections {
                1 => "1 connection fails".to_owned(),
                many => format!("{many} connections fail"),
            };
            view! { <StatusDot tone=Tone::Bad label /> }.into_any()
        }
        OrganizationStatus::Active => view! { <StatusDot tone=Tone::Good label="Active" /> }.into_any(),
    }
}
