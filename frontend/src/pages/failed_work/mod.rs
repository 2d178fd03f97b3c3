//! Work that was given up, what ElevenLabs sent, and what of it is new: seen, done again, let go.

mod deliveries;
mod jobs;
mod novelties;
mod payload;
mod period;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};

use crate::frame::Page;
use crate::ui::{Tab, Tabs};
use deliveries::Deliveries;
use jobs::Jobs;
use novelties::Novelties;

const DELIVERIES: &str = "deliveries";
const WORK: &str = "work";
const NEW: &str = "new";

/// `/settings/failed-work`.
pub struct FailedWorkPage;

#[lazy_route]
impl LazyRoute for FailedWorkPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <FailedWork /> }.into_any()
    }
}

#[component]
fn FailedWork() -> AnyView {
    let asked = use_query_map().with_untracked(|query| query.get("part"));
    let part = RwSignal::new(match asked.as_deref() {
        Some(NEW) => NEW,
        Some(WORK) => WORK,
        _ => DELIVERIES,
    });
    let tabs = vec![
        Tab::new(DELIVERIES, "Deliveries"),
        Tab::new(WORK, "Failed work"),
        Tab::new(NEW, "New at ElevenLabs"),
    ];
    let body = move || match part.get() {
        WORK => view! { <Jobs /> }.into_any(),
        NEW => view! { <Novelties /> }.into_any(),
        _ => view! { <Deliveries /> }.into_any(),
    };
    view! {
        <Page title="Failed work">
            <div class="mb-3">
                <Tabs tabs value=part label="Parts of this page" />
            </div>
            {body}
        </Page>
    }
    .into_any()
}
