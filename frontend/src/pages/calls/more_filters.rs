//! All filters as a form. On a telephone the way to most of them.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::Permission;
use shared::call::{CallFilter, CallStatus, Direction, Outcome, Speaker};
use shared::call_search::CallChoices;

use super::amounts::{seconds, typed_usd, usd_micros};
use super::filter::UrlFilter;
use super::more::{Filters, Part, more};
use crate::api;
use crate::state::SessionState;
use crate::ui::{Button, Choice, Field, Input, Select, Sheet, Variant, lu};

/// The button, and the sheet that it opens. `agents` are shown where there are some.
#[component]
pub(super) fn MoreFilters(filter: UrlFilter, agents: Option<Signal<Vec<Choice>>>) -> AnyView {
    let open = RwSignal::new(false);
    let choices = RwSignal::new(CallChoices::default());
    let press = move |()| {
        open.set(true);
        leptos::task::spawn_local(async move {
            // Without them the sheet still works: its lists are shorter then.
            if let Ok(read) = api::get::<CallChoices>("/api/calls/choices").await {
                _ = choices.try_set(read);
            }
        });
    };
    view! {
        <Button small=true variant=Variant::Quiet icon=lu::LuSlidersHorizontal on_press=press>
            "More filters"
        </Button>
        <Sheet open title="Filters">
            {more(Part::Filters(Filters {
                filter,
                open,
                choices,
                agents,
            }))}
        </Sheet>
    }
    .into_any()
}

/// What stands in the form until it is applied.
#[derive(Clone, Copy)]
struct Draft {
    agent: RwSignal<String>,
    outcome: RwSignal<String>,
    direction: RwSignal<String>,
    status: RwSignal<String>,
    said_by: RwSignal<String>,
    seconds: (RwSignal<String>, RwSignal<String>),
    cost: (RwSignal<String>, RwSignal<String>),
    language: RwSignal<String>,
    termination: RwSignal<String>,
    criterion: RwSignal<String>,
    result: RwSignal<String>,
    collected: RwSignal<String>,
    value: RwSignal<String>,
}

impl Draft {
    fn of(filter: &CallFilter) -> Self {
        let text = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
        Self {
            agent: text(filter.agent.map(|agent| agent.to_string())),
            outcome: text(filter.outcome.map(|o| o.as_str().to_owned())),
            direction: text(filter.direction.map(|d| d.as_str().to_owned())),
            status: text(filter.status.map(|s| s.as_str().to_owned())),
            said_by: text(filter.said_by.map(|s| s.as_str().to_owned())),
            seconds: (
                text(filter.seconds_from.map(clock)),
                text(filter.seconds_to.map(clock)),
            ),
            cost: (
                text(filter.cost_from.map(typed_usd)),
                text(filter.cost_to.map(typed_usd)),
            ),
            language: text(filter.language.clone()),
            termination: text(filter.termination.clone()),
            criterion: text(filter.criterion.clone()),
            result: text(filter.result.map(|o| o.as_str().to_owned())),
            collected: text(filter.collected.clone()),
            value: text(filter.value.clone()),
        }
    }

    /// Writes the form into `filter`, or names a field that can not be read.
    fn write(self, filter: &mut CallFilter) -> Result<(), (&'static str, &'static str)> {
        const LENGTH: &str = "Write a length such as 90 or 1:30";
        const COST: &str = "Write an amount such as 0.50";
        let text = |signal: RwSignal<String>| {
            let text = signal.get_untracked().trim().to_owned();
            Some(text).filter(|text| !text.is_empty())
        };
        let length = |signal, field| {
            let read = text(signal).map(|text| seconds(&text).ok_or((field, LENGTH)));
            read.transpose()
        };
        let cost = |signal, field| {
            let read = text(signal).map(|text| usd_micros(&text).ok_or((field, COST)));
            read.transpose()
        };
        filter.agent = text(self.agent).and_then(|id| id.parse().ok());
        filter.outcome = text(self.outcome).and_then(|o| Outcome::parse(&o));
        filter.direction = text(self.direction).and_then(|d| Direction::parse(&d));
        filter.status = text(self.status).and_then(|s| CallStatus::parse(&s));
        filter.said_by = text(self.said_by)
            .and_then(|s| Speaker::parse(&s))
            .filter(|_| filter.q.is_some());
        filter.seconds_from = length(self.seconds.0, "seconds_from")?;
        filter.seconds_to = length(self.seconds.1, "seconds_to")?;
        filter.cost_from = cost(self.cost.0, "cost_from")?;
        filter.cost_to = cost(self.cost.1, "cost_to")?;
        filter.language = text(self.language);
        filter.termination = text(self.termination);
        filter.criterion = text(self.criterion);
        filter.result = text(self.result)
            .and_then(|o| Outcome::parse(&o))
            .filter(|_| filter.criterion.is_some());
        filter.collected = text(self.collected);
        filter.value = text(self.value).filter(|_| filter.collected.is_some());
        match filter.contradictions().first() {
            Some(wrong) => Err(*wrong),
            None => Ok(()),
        }
    }
}

/// `90` as `1:30`: as one types it.
fn clock(seconds: i32) -> String {
    crate::format::clock(f64::from(seconds))
}

/// "Any" first, then `all`, and what is chosen already where it is not among them.
fn any_of(all: impl IntoIterator<Item = (String, String)>, chosen: RwSignal<String>) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "Any")];
    choices.extend(all.into_iter().map(|(value, label)| Choice::new(value, label)));
    let chosen = chosen.get_untracked();
    if !choices.iter().any(|choice| choice.value == chosen) {
        choices.push(Choice::new(chosen.clone(), chosen));
    }
    choices
}

fn fixed<T: Copy>(
    all: &[T],
    value: fn(T) -> &'static str,
    label: fn(T) -> &'static str,
) -> Signal<Vec<Choice>> {
    let mut choices = vec![Choice::new("", "Any")];
    choices.extend(all.iter().map(|one| Choice::new(value(*one), label(*one))));
    Signal::stored(choices)
}

#[component]
pub(super) fn Form(
    filter: UrlFilter,
    open: RwSignal<bool>,
    choices: RwSignal<CallChoices>,
    agents: Option<Signal<Vec<Choice>>>,
) -> AnyView {
    let session = SessionState::here();
    let may = move |permission| untrack(|| session.may(permission));
    let before = filter.get_untracked();
    let has_words = before.q.is_some() && may(Permission::CallsTranscript);
    let draft = Draft::of(&before);
    let wrong = RwSignal::new(None::<(&'static str, &'static str)>);
    let error = move |field: &'static str| {
        Signal::derive(move || {
            wrong
                .get()
                .filter(|(name, _)| *name == field)
                .map(|(_, text)| text.to_owned())
        })
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut wanted = filter.get_untracked();
        match draft.write(&mut wanted) {
            Ok(()) => {
                filter.change(false, |filter| *filter = wanted);
                open.set(false);
            }
            Err(field) => wrong.set(Some(field)),
        }
    };
    let listed = move |read: fn(&CallChoices) -> &Vec<String>, chosen: RwSignal<String>| {
        Signal::derive(move || {
            let all = choices.with(|choices| read(choices).clone());
            any_of(all.into_iter().map(|name| (name.clone(), name)), chosen)
        })
    };
    let agents = agents.map(|agents| {
        let all = Signal::derive(move || {
            let all = agents
                .get()
                .into_iter()
                .map(|choice| (choice.value, choice.label));
            any_of(all, draft.agent)
        });
        view! {
            <Field label="Agent">
                <Select choices=all value=draft.agent />
            </Field>
        }
    });
    let results = fixed(Outcome::ALL, Outcome::as_str, Outcome::label);
    let words = has_words.then(|| {
        let speakers = fixed(Speaker::ALL, Speaker::as_str, Speaker::label);
        view! {
            <Field label="Words said by" error=error("said_by")>
                <Select choices=speakers value=draft.said_by />
            </Field>
        }
    });
    let cost = may(Permission::CallsCost).then(|| {
        view! {
            <div class="grid grid-cols-2 gap-3">
                <Field label="Cost from, $" error=error("cost_from")>
                    <Input value=draft.cost.0 placeholder="0.50" />
                </Field>
                <Field label="Cost up to, $" error=error("cost_to")>
                    <Input value=draft.cost.1 />
                </Field>
            </div>
        }
    });
    let analysis = may(Permission::CallsAnalysis).then(|| {
        view! {
            <div class="grid grid-cols-2 gap-3">
                <Field label="Criterion">
                    <Select choices=listed(|c| &c.criteria, draft.criterion) value=draft.criterion />
                </Field>
                <Field label="Judged" error=error("result")>
                    <Select choices=results value=draft.result />
                </Field>
            </div>
            <div class="grid grid-cols-2 gap-3">
                <Field label="Collected data">
                    <Select choices=listed(|c| &c.collected, draft.collected) value=draft.collected />
                </Field>
                <Field label="Value" error=error("value")>
                    <Input value=draft.value placeholder="Any" />
                </Field>
            </div>
        }
    });
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            {words} {agents}
            <div class="grid grid-cols-2 gap-3">
                <Field label="Outcome">
                    <Select choices=results value=draft.outcome />
                </Field>
                <Field label="Direction">
                    <Select
                        choices=fixed(Direction::ALL, Direction::as_str, Direction::label)
                        value=draft.direction
                    />
                </Field>
                <Field label="Status">
                    <Select
                        choices=fixed(CallStatus::ALL, CallStatus::as_str, CallStatus::label)
                        value=draft.status
                    />
                </Field>
                <Field label="Language">
                    <Select choices=listed(|c| &c.languages, draft.language) value=draft.language />
                </Field>
                <Field label="Length from" error=error("seconds_from")>
                    <Input value=draft.seconds.0 placeholder="0:30" />
                </Field>
                <Field label="Length up to" error=error("seconds_to")>
                    <Input value=draft.seconds.1 placeholder="10:00" />
                </Field>
            </div>
            {cost}
            <Field label="Why it ended">
                <Select choices=listed(|c| &c.terminations, draft.termination) value=draft.termination />
            </Field>
            {analysis}
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary submit=true>
                    "Show calls"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
