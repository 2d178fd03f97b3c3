//! Which of the calls are shown.

use leptos::prelude::*;
use shared::live::LiveGrade;
use shared::live_wall::WallCall;
use std::collections::BTreeMap;

use super::Shown;
use crate::state::Memo;
use crate::ui::{Checkbox, Choice, Select};

/// What is chosen; empty: all.
#[derive(Clone, Copy)]
pub(super) struct Filter {
    pub organization: RwSignal<String>,
    agent: RwSignal<String>,
    grade: RwSignal<String>,
    only_long: RwSignal<bool>,
}

impl Filter {
    pub fn new() -> Self {
        Self {
            organization: RwSignal::new(String::new()),
            agent: RwSignal::new(String::new()),
            grade: RwSignal::new(String::new()),
            only_long: RwSignal::new(false),
        }
    }

    /// Tracks what is chosen.
    pub fn takes(self, call: &WallCall, is_long: bool) -> bool {
        let fits =
            |chosen: RwSignal<String>, own: &str| chosen.with(|chosen| chosen.is_empty() || chosen == own);
        fits(self.organization, &call.organization_id.to_string())
            && fits(self.agent, &call.agent.id.to_string())
            && fits(self.grade, grade(call.grade))
            && (is_long || !self.only_long.get())
    }
}

fn grade(grade: LiveGrade) -> &'static str {
    match grade {
        LiveGrade::Presence => "presence",
        LiveGrade::Transcript => "transcript",
    }
}

#[component]
pub(super) fn FilterBar(shown: Shown) -> AnyView {
    let filter = shown.filter;
    let organizations = choices(
        shown,
        "All customers",
        |_| true,
        |call| (call.organization_id.to_string(), call.organization_name.clone()),
    );
    // Of the chosen customer, where one is.
    let agents = choices(
        shown,
        "All agents",
        move |call| {
            filter
                .organization
                .with(|chosen| chosen.is_empty() || *chosen == call.organization_id.to_string())
        },
        |call| (call.agent.id.to_string(), call.agent.name.clone()),
    );
    let grades = Signal::stored(vec![
        Choice::new("", "All grades"),
        Choice::new("presence", "Presence only"),
        Choice::new("transcript", "Live transcript"),
    ]);
    view! {
        <div class="flex flex-wrap items-center gap-3 border-b border-line px-4 py-3">
            <Select label="Customer" choices=organizations value=filter.organization />
            <Select label="Agent" choices=agents value=filter.agent />
            <Select label="Grade" choices=grades value=filter.grade />
            <Checkbox checked=filter.only_long label="Only long ones" />
        </div>
    }
    .into_any()
}

/// What the calls on the wall have, by name; what is chosen stays a choice when its last call ends.
fn choices(
    shown: Shown,
    all: &'static str,
    counts: impl Fn(&WallCall) -> bool + Send + Sync + 'static,
    of: fn(&WallCall) -> (String, String),
) -> Signal<Vec<Choice>> {
    let seen = StoredValue::new(BTreeMap::<String, String>::new());
    let choices = Memo::new(move |_| {
        let running: Vec<(String, String)> = shown.wall.with(|wall| {
            wall.iter()
                .flat_map(|wall| &wall.calls)
                .filter(|call| counts(call))
                .map(of)
                .collect()
        });
        seen.update_value(|seen| {
            let chosen: Vec<_> = [shown.filter.organization, shown.filter.agent]
                .iter()
                .map(|chosen| chosen.get())
                .collect();
            seen.retain(|value, _| chosen.contains(value));
            seen.extend(running);
        });
        let mut named: Vec<(String, String)> = seen.with_value(|seen| {
            seen.iter()
                .map(|(value, name)| (name.clone(), value.clone()))
                .collect()
        });
        named.sort();
        std::iter::once(Choice::new("", all))
            .chain(named.into_iter().map(|(name, value)| Choice::new(value, name)))
            .collect::<Vec<_>>()
    });
    choices.into()
}
