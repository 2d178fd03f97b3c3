//! One call as a row of the log.

use leptos::prelude::*;
use shared::call::{CallSummary, RecordingState};
use shared::letters;

use super::found::Found;
use crate::format;
use crate::ui::{Avatar, CallMark, Column, DirectionMark, Icon, TagMark, When, lu};

/// On a telephone all of a call stands in one cell.
const WIDE: &str = "max-md:hidden";
/// Tags of a row; how many more there are is told.
const TAGS_SHOWN: usize = 3;

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
            <div class="flex min-w-0 items-center gap-2">
                {unread(call)} <span class="truncate text-left font-medium" dir="auto">
                    {title(call)}
                </span> {made_of_it(call)}
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

/// A dot before what its reader has not read yet.
fn unread(call: &CallSummary) -> Option<AnyView> {
    let mark = || {
        view! {
            <span class="size-2 flex-none rounded-full bg-brand" title="Unread">
                <span class="sr-only">"Unread"</span>
            </span>
        }
        .into_any()
    };
    call.work.unread.then(mark)
}

/// Tags, who looks after it, how it ended, how good it was, how many notes; behind the title.
fn made_of_it(call: &CallSummary) -> AnyView {
    let work = &call.work;
    let tags = work.tags.iter().take(TAGS_SHOWN).cloned();
    let more = work.tags.len().saturating_sub(TAGS_SHOWN);
    view! {
        <span class="flex flex-none items-center gap-1.5 overflow-hidden text-xs text-muted max-lg:hidden">
            {tags.map(|tag| view! { <TagMark tag /> }).collect_view()}
            {(more > 0).then(|| format!("+{more}"))}
            {work
                .rating
                .map(|stars| {
                    view! {
                        <span class="num inline-flex items-center gap-0.5" title="Rating">
                            <Icon glyph=lu::LuStar />
                            {stars}
                        </span>
                    }
                })}
            {work.disposition.as_ref().map(|one| view! { <span class="max-w-28 truncate">{one.name.clone()}</span> })}
            {(work.notes > 0)
                .then(|| {
                    view! {
                        <span class="num inline-flex items-center gap-0.5" title="Notes">
                            <Icon glyph=lu::LuStickyNote />
                            {work.notes}
                        </span>
                    }
                })}
            {work
                .assignee
                .as_ref()
                .map(|member| {
                    view! {
                        <span title=format!("Looked after by {}", member.name)>
                            <Avatar name=member.name.clone() />
                        </span>
                    }
                })}
        </span>
    }
    .into_any()
}

/// What a reader without transcripts gets stays useful: then the agent names the call.
fn title(call: &CallSummary) -> String {
    match &call.title {
        Some(title) => title.clone(),
        None if call.status.is_running() => "Running now".to_owned(),
        None => call
            .failed_because
            .clone()
            .unwrap_or_else(|| format!("Call with {}", call.agent.name)),
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
        <span class="inline-flex align-middle text-faint" title=format!("Recording: {}", letters::lower(state.label()))>
            <Icon glyph />
            <span class="sr-only">{state.label()}</span>
        </span>
    };
    Some(mark.into_any())
}
