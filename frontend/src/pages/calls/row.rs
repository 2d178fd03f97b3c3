//! One call as a row of the log.

use leptos::prelude::*;
use shared::call::{CallSummary, RecordingState};

use super::found::Found;
use crate::format;
use crate::ui::{CallMark, Column, DirectionMark, Icon, When, lu};

/// On a telephone all of a call stands in one cell.
const WIDE: &str = "max-md:hidden";

pub(super) const COLUMNS: &[Column] = &[
    Column::new("Started").with(WIDE),
    Column::new("Agent").with(WIDE),
    Column::new("Call"),
    Column::new("With").with(WIDE),
    Column::right("Length").with(WIDE),
    Column::new("Outcome").with(WIDE),
    Column::right("Cost").with("max-lg:hidden"),
    Column::new("Sound").with("max-lg:hidden"),
];

pub(super) const COLUMNS_WITHOUT_COST: &[Column] = &[
    Column::new("Started").with(WIDE),
    Column::new("Agent").with(WIDE),
    Column::new("Call"),
    Column::new("With").with(WIDE),
    Column::right("Length").with(WIDE),
    Column::new("Outcome").with(WIDE),
    Column::new("Sound").with("max-lg:hidden"),
];

/// The cells; `href` is where the row leads.
pub(super) fn cells(call: &CallSummary, href: &str, with_cost: bool, found: Found) -> AnyView {
    let id = call.id;
    let running = call.status.is_running();
    let length = if running {
        "–".to_owned()
    } else {
        format::duration(f64::from(call.duration_seconds))
    };
    let cost = call.cost.and_then(|cost| cost.usd_micros).map(format::usd_micros);
    view! {
        <td class="whitespace-nowrap max-md:hidden">
            <a href=href.to_owned() tabindex="-1">
                <When at=call.started_at />
            </a>
        </td>
        <td class="truncate max-w-48 max-md:hidden" title=call.agent.name.clone()>
            {call.agent.name.clone()}
        </td>
        <td class="w-full max-w-0">
            <div class="truncate text-left font-medium" dir="auto">
                {title(call)}
            </div>
            {move || found.lines(id)}
            <div class="grid gap-1 pt-0.5 pb-1 md:hidden">
                <div class="truncate text-muted">{call.agent.name.clone()}</div>
                <div class="flex items-center gap-3 text-muted">
                    <CallMark status=call.status outcome=call.outcome />
                    <span class="num">{length.clone()}</span>
                    <span class="ml-auto">
                        <When at=call.started_at />
                    </span>
                </div>
            </div>
        </td>
        <td class="max-md:hidden">
            <span class="flex items-center gap-2 whitespace-nowrap">
                <DirectionMark direction=call.direction />
                <span class="num">{counterpart(call)}</span>
            </span>
        </td>
        <td class="right whitespace-nowrap max-md:hidden">
            {length.clone()}
        </td>
        <td class="max-md:hidden">
            <CallMark status=call.status outcome=call.outcome />
        </td>
        {with_cost.then(|| view! { <td class="right max-lg:hidden">{cost.unwrap_or_else(|| "–".to_owned())}</td> })}
        <td class="max-lg:hidden">{sound(call.recording)}</td>
    }
    .into_any()
}

/// What a reader without transcripts gets stays useful: then the agent names the call.
fn title(call: &CallSummary) -> String {
    match &call.title {
        Some(title) => title.clone(),
        None if call.status.is_running() => "Running now".to_owned(),
        None => format!("Call with {}", call.agent.name),
    }
}

fn counterpart(call: &CallSummary) -> String {
    call.counterpart
        .as_deref()
        .map_or_else(|| call.direction.label().to_owned(), format::phone)
}

fn sound(state: RecordingState) -> Option<AnyView> {
    let glyph = match state {
        RecordingState::Available | RecordingState::Partial => lu::LuAudioLines,
        RecordingState::Pending => lu::LuHourglass,
        RecordingState::Failed => lu::LuTriangleAlert,
        RecordingState::Unavailable => return None,
    };
    let mark = view! {
        <span class="inline-flex align-middle text-faint" title=format!("Recording: {}", state.label().to_lowercase())>
            <Icon glyph />
            <span class="sr-only">{state.label()}</span>
        </span>
    };
    Some(mark.into_any())
}
