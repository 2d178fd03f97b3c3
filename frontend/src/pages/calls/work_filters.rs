//! Filters by what people made of calls, beside the others.

use leptos::prelude::*;
use shared::Permission;
use shared::work::{Assignee, AssigneeFilter, BEST, Disposition, Tag};

use super::filter::UrlFilter;
use crate::api;
use crate::state::SessionState;
use crate::ui::{Choice, FilterChip};

#[component]
pub(super) fn WorkFilters(filter: UrlFilter) -> AnyView {
    let session = SessionState::here();
    let tag = filter.bind(
        |f| f.work.tag.map(|tag| tag.to_string()),
        |f, value| f.work.tag = value.and_then(|v| v.parse().ok()),
    );
    let disposition = filter.bind(
        |f| f.work.disposition.map(|id| id.to_string()),
        |f, value| f.work.disposition = value.and_then(|v| v.parse().ok()),
    );
    let assignee = filter.bind(
        |f| f.work.assignee.map(String::from),
        |f, value| f.work.assignee = value.and_then(|v| AssigneeFilter::parse(&v)),
    );
    let rating = filter.bind(
        |f| f.work.rating.map(|rating| rating.to_string()),
        |f, value| f.work.rating = value.and_then(|v| v.parse().ok()),
    );
    let unread = filter.bind(
        |f| f.work.unread.map(|unread| unread.to_string()),
        |f, value| f.work.unread = value.and_then(|v| v.parse().ok()),
    );
    let ratings = (1..=BEST)
        .rev()
        .map(|stars| Choice::new(stars.to_string(), stars_of(stars)));
    let reads = vec![Choice::new("true", "Unread"), Choice::new("false", "Read")];
    view! {
        <FilterChip label="Tag" choices=tag_choices() value=tag />
        <FilterChip label="Assigned to" choices=assignee_choices(session) value=assignee />
        <FilterChip label="Disposition" choices=disposition_choices() value=disposition />
        <FilterChip label="Rating" choices=Signal::stored(ratings.collect()) value=rating />
        <FilterChip label="Read" choices=Signal::stored(reads) value=unread />
    }
    .into_any()
}

/// `4 of 5`, which a screen reader says too.
pub(crate) fn stars_of(stars: i16) -> String {
    format!("{stars} of {BEST}")
}

/// What can not be read leaves its chip empty; the log works without it.
pub(crate) fn read_choices<T, F>(path: &'static str, first: Vec<Choice>, choice: F) -> Signal<Vec<Choice>>
where
    T: serde::de::DeserializeOwned + 'static,
    F: Fn(T) -> Choice + 'static,
{
    let choices = RwSignal::new(first);
    leptos::task::spawn_local(async move {
        if let Ok(found) = api::get::<Vec<T>>(path).await {
            _ = choices.try_update(|all| all.extend(found.into_iter().map(choice)));
        }
    });
    choices.into()
}

pub(crate) fn tag_choices() -> Signal<Vec<Choice>> {
    read_choices("/api/tags", Vec::new(), |tag: Tag| {
        Choice::new(tag.id.to_string(), tag.name)
    })
}

pub(crate) fn disposition_choices() -> Signal<Vec<Choice>> {
    read_choices("/api/dispositions", Vec::new(), |one: Disposition| {
        Choice::new(one.id.to_string(), one.name)
    })
}

/// Names of others are for who may assign.
fn assignee_choices(session: SessionState) -> Signal<Vec<Choice>> {
    let first = vec![Choice::new("me", "Me"), Choice::new("nobody", "Nobody")];
    if untrack(|| session.may(Permission::CallsAssign)) {
        members(first)
    } else {
        Signal::stored(first)
    }
}

/// `first`, and then every member who can see calls.
pub(crate) fn members(first: Vec<Choice>) -> Signal<Vec<Choice>> {
    read_choices("/api/calls/assignees", first, |member: Assignee| {
        Choice::new(member.id.to_string(), member.name)
    })
}
