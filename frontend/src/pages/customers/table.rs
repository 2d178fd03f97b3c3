//! The table of organizations with their health at a glance.

use leptos::prelude::*;
use shared::OrganizationId;
use shared::customer::{OrganizationSummary, SyncHealth};
use shared::organization::OrganizationStatus;

use super::list::CustomerList;
use super::words;
use crate::format;
use crate::state::{Memo, SessionState};
use crate::ui::{Avatar, Badge, Column, LoadMore, Row, Sparkline, StatusDot, Table, Tone, When};

const COLUMNS: &[Column] = &[
    Column::new("Name"),
    Column::new("Status"),
    Column::new("Last sync").with("max-xl:hidden"),
    Column::right("Agents").with("max-lg:hidden"),
    Column::right("Members").with("max-lg:hidden"),
    Column::right("Running").with("max-md:hidden"),
    Column::right("Calls, 7 days"),
    Column::right("Successful").with("max-md:hidden"),
    Column::new("Minutes this month").with("max-sm:hidden"),
    Column::right("Last call").with("max-xl:hidden"),
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
    let week: Vec<f64> = row.calls_by_day.iter().map(|calls| *calls as f64).collect();
    view! {
        <td class="w-full max-w-0">
            <span class="flex min-w-0 items-center gap-2.5">
                <Avatar name=row.name.clone() />
                <a href=href tabindex="-1" class="min-w-0 truncate font-medium" dir="auto" title=row.name.clone()>
                    {row.name.clone()}
                </a>
            </span>
        </td>
        <td class="whitespace-nowrap">{status(row)}</td>
        <td class="whitespace-nowrap max-xl:hidden">{sync(row)}</td>
        <td class="right num max-lg:hidden">{number(row.agents)}</td>
        <td class="right num max-lg:hidden">{number(row.members)}</td>
        <td class="right num max-md:hidden">{number(row.running_calls)}</td>
        <td class="right num">
            <span class="flex items-center justify-end gap-2">
                <span class="w-16 max-sm:hidden [&_.spark]:h-5">
                    <Sparkline values=Signal::stored(week) />
                </span>
                {number(row.calls_7d())}
            </span>
        </td>
        <td class="right num max-md:hidden">{rate}</td>
        <td class="min-w-28 max-sm:hidden">{minutes(row)}</td>
        <td class="right whitespace-nowrap max-xl:hidden">
            {row.last_call_at.map_or_else(|| "–".into_any(), |at| view! { <When at /> }.into_any())}
        </td>
    }
    .into_any()
}

/// How the last sync of its own workspaces went; a dash where it has none.
fn sync(row: &OrganizationSummary) -> AnyView {
    match (row.sync, row.synced_at) {
        (Some(SyncHealth::Failed), _) => view! { <StatusDot tone=Tone::Bad label="Failed" /> }.into_any(),
        (Some(SyncHealth::Running), _) => {
            view! { <StatusDot tone=Tone::Info live=true label="Running" /> }.into_any()
        }
        (Some(SyncHealth::Done), Some(at)) => view! { <When at /> }.into_any(),
        (Some(SyncHealth::Done), None) => "Done".into_any(),
        (None, _) => "–".into_any(),
    }
}

/// A bar where there is a limit that it fills.
fn minutes(row: &OrganizationSummary) -> AnyView {
    let used = row.minutes_this_month as f64;
    let Some(most) = row.max_minutes_per_month.map(f64::from) else {
        return view! { <span class="num text-muted">{format::integer(used)}</span> }.into_any();
    };
    let share = if most > 0.0 { (used / most).min(1.0) } else { 1.0 };
    let tone = match share {
        full if full >= 1.0 => Tone::Bad,
        much if much >= 0.8 => Tone::Warn,
        _ => Tone::Brand,
    };
    let words = format!("{} of {}", format::integer(used), format::integer(most));
    view! {
        <div class="grid gap-1">
            <div class="num text-xs whitespace-nowrap">{words}</div>
            <div class=format!("progress {}", tone.class()) aria-hidden="true">
                <div style=format!("transform:scaleX({share:.3});background:var(--tone)")></div>
            </div>
        </div>
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
