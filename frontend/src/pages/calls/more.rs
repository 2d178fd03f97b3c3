//! What the call log shows only when it is asked for: a file of its own (crates/wasm-build).

use leptos::prelude::*;
use shared::call_search::CallChoices;

use super::bulk::Bulk;
use super::filter::UrlFilter;
use super::log::Log;
use super::more_filters::Form;
use crate::frame::later;
use crate::ui::Choice;

/// The form of all filters, in its sheet.
#[derive(Clone, Copy)]
pub(super) struct Filters {
    pub filter: UrlFilter,
    pub open: RwSignal<bool>,
    pub choices: RwSignal<CallChoices>,
    pub agents: Option<Signal<Vec<Choice>>>,
}

#[derive(Clone, Copy)]
pub(super) enum Part {
    Filters(Filters),
    Bulk(Log),
}

pub(super) fn more(part: Part) -> AnyView {
    later(Box::pin(calls_more(part)))
}

// One function for all, so that they are one file.
#[leptos::lazy]
fn calls_more(part: Part) -> AnyView {
    match part {
        Part::Filters(Filters {
            filter,
            open,
            choices,
            agents,
        }) => view! { <Form filter open choices agents /> }.into_any(),
        Part::Bulk(log) => view! { <Bulk log /> }.into_any(),
    }
}
