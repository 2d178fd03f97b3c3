//! The filters above the log.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::call::{CallFilter, CallStatus, Direction, Outcome};
use shared::page::MAX_LIMIT;
use shared::{Page, Permission};

use super::chips::ActiveChips;
use super::filter::UrlFilter;
use super::more_filters::MoreFilters;
use super::work_filters::WorkFilters;
use crate::api;
use crate::format;
use crate::state::{Memo, SessionState};
use crate::ui::{Button, Choice, DateRange, FilterChip, Period, SearchInput, Variant, lu};

/// Typing pauses so long, in milliseconds, before the list follows.
const PAUSE: u32 = 250;

#[component]
pub(super) fn FilterBar(filter: UrlFilter) -> AnyView {
    let session = SessionState::here();
    let zone = Signal::derive(move || session.zone());
    let status = filter.bind(
        |f| f.status.map(|s| s.as_str().to_owned()),
        |f, value| f.status = value.and_then(|v| CallStatus::parse(&v)),
    );
    let direction = filter.bind(
        |f| f.direction.map(|d| d.as_str().to_owned()),
        |f, value| f.direction = value.and_then(|v| Direction::parse(&v)),
    );
    let outcome = filter.bind(
        |f| f.outcome.map(|o| o.as_str().to_owned()),
        |f, value| f.outcome = value.and_then(|v| Outcome::parse(&v)),
    );
    let agent = filter.bind(
        |f| f.agent.map(|agent| agent.to_string()),
        |f, value| f.agent = value.and_then(|v| v.parse().ok()),
    );
    let period = filter.bind(period_of, set_period);
    let statuses: Vec<Choice> = CallStatus::ALL
        .iter()
        .map(|s| Choice::new(s.as_str(), s.label()))
        .collect();
    let directions: Vec<Choice> = Direction::ALL
        .iter()
        .map(|d| Choice::new(d.as_str(), d.label()))
        .collect();
    let outcomes: Vec<Choice> = Outcome::ALL
        .iter()
        .map(|o| Choice::new(o.as_str(), o.label()))
        .collect();
    let agents = untrack(|| session.may(Permission::AgentsList)).then(agent_choices);
    view! {
        <div class="flex flex-wrap items-center gap-2 pb-3" role="search" aria-label="Calls">
            <div class="w-full sm:w-64">
                <SearchInput value=text(filter) label="Words or number" />
            </div>
            <DateRange period zone />
            {agents
                .map(|choices| {
                    view! {
                        <span class=shown_where(agent)>
                            <FilterChip label="Agent" choices value=agent />
                        </span>
                    }
                })}
            <span class=shown_where(outcome)>
                <FilterChip label="Outcome" choices=Signal::stored(outcomes) value=outcome />
            </span>
            <span class=shown_where(direction)>
                <FilterChip label="Direction" choices=Signal::stored(directions) value=direction />
            </span>
            <span class=shown_where(status)>
                <FilterChip label="Status" choices=Signal::stored(statuses) value=status />
            </span>
            <WorkFilters filter />
            <ActiveChips filter />
            <MoreFilters filter agents />
            <Show when=move || filter.any()>
                <Button small=true variant=Variant::Quiet icon=lu::LuX on_press=move |()| filter.clear()>
                    "Clear filters"
                </Button>
            </Show>
        </div>
    }
    .into_any()
}

/// On a telephone a chip without a value would only take room: the sheet has it too.
fn shown_where(value: RwSignal<Option<String>>) -> impl Fn() -> &'static str + Send + Clone + 'static {
    move || {
        if value.with(Option::is_some) {
            "contents"
        } else {
            "contents max-sm:hidden"
        }
    }
}

/// The text as it is typed; the URL follows after a pause, and the text the URL when that changes otherwise.
fn text(filter: UrlFilter) -> RwSignal<String> {
    let shown = Memo::new(move |_| filter.get().q.unwrap_or_default());
    let typed = RwSignal::new(shown.get_untracked());
    let written = StoredValue::new(shown.get_untracked());
    let pause = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |_| {
        let now = shown.get();
        if written.get_value() != now {
            written.set_value(now.clone());
            typed.set(now);
        }
    });
    Effect::new(move |_| {
        let words = typed.get().trim().to_owned();
        let timeout = (words != written.get_value()).then(|| {
            Timeout::new(PAUSE, move || {
                let first = written.get_value().is_empty();
                written.set_value(words.clone());
                filter.change(!first, |f| {
                    f.q = Some(words).filter(|words| !words.is_empty());
                    f.said_by = f.said_by.filter(|_| f.q.is_some());
                });
            })
        });
        pause.set_value(timeout);
    });
    typed
}

fn agent_choices() -> Signal<Vec<Choice>> {
    let choices = RwSignal::new(Vec::new());
    leptos::task::spawn_local(async move {
        let path = format!("/api/agents?limit={MAX_LIMIT}");
        // Without the list the log still works; the chip is then empty.
        if let Ok(page) = api::get::<Page<shared::agent::Agent>>(&path).await {
            let all = page
                .items
                .into_iter()
                .map(|agent| Choice::new(agent.id.to_string(), agent.name));
            _ = choices.try_set(all.collect());
        }
    });
    choices.into()
}

/// A link may name one end only.
fn period_of(filter: &CallFilter) -> Period {
    let today = format::today_in(&untrack(|| SessionState::here().zone()));
    match (filter.from, filter.to) {
        (None, None) => Period::All,
        (Some(from), None) => Period::of_days(from, today.max(from), today),
        (None, Some(to)) => Period::of_days(to, to, today),
        (Some(from), Some(to)) => Period::of_days(from, to, today),
    }
}

fn set_period(filter: &mut CallFilter, period: Period) {
    let today = format::today_in(&untrack(|| SessionState::here().zone()));
    let days = period.days(today);
    (filter.from, filter.to) = (days.map(|(from, _)| from), days.map(|(_, to)| to));
}
