//! The agents of the connected workspaces; `?agent=` opens one in a sheet.

mod detail;
mod list;
mod row;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::{LazyRoute, NavigateOptions, lazy_route};
use shared::AgentId;

use crate::frame::Page;
use crate::ui::{Card, ErrorState, SearchInput, SkeletonRows};
use detail::AgentSheet;
use list::{AgentList, Phase};
use table::{AgentTable, Nothing};

/// `/agents`.
pub struct AgentsPage;

#[lazy_route]
impl LazyRoute for AgentsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Agents /> }.into_any()
    }
}

#[component]
fn Agents() -> AnyView {
    let list = AgentList::follow();
    let query = use_query_map();
    let navigate = use_navigate();
    let chosen = Memo::new(move |_| {
        query
            .with(|map| map.get("agent"))
            .and_then(|id| id.parse::<AgentId>().ok())
    });
    let choose = Callback::new(move |id: Option<AgentId>| {
        let target = id.map_or_else(|| "/agents".to_owned(), |id| format!("/agents?agent={id}"));
        navigate(
            &target,
            NavigateOptions {
                scroll: false,
                ..Default::default()
            },
        );
    });
    #[derive(Clone, Copy, PartialEq)]
    enum Shown {
        Waiting,
        Failed,
        Nothing,
        Rows,
    }
    let shown = Memo::new(move |_| match list.phase.get() {
        Phase::First => Shown::Waiting,
        Phase::Failed(_) => Shown::Failed,
        Phase::Loading | Phase::Ready if list.rows.with(Vec::is_empty) => Shown::Nothing,
        Phase::Loading | Phase::Ready => Shown::Rows,
    });
    let body = move || match shown.get() {
        Shown::Waiting => view! { <SkeletonRows rows=10 /> }.into_any(),
        Shown::Failed => untrack(|| list.error())
            .map(|error| view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> })
            .into_any(),
        Shown::Nothing => view! { <Nothing list /> }.into_any(),
        Shown::Rows => view! { <AgentTable list chosen choose /> }.into_any(),
    };
    view! {
        <Page title="Agents">
            <div class="mb-3 max-w-80">
                <SearchInput value=list.wanted label="Find an agent by name" />
            </div>
            <Card class="overflow-clip">
                <div
                    class="transition-opacity"
                    class:opacity-60=move || list.phase.get() == Phase::Loading
                    aria-busy=move || matches!(list.phase.get(), Phase::First | Phase::Loading).to_string()
                >
                    {body}
                </div>
            </Card>
            <AgentSheet list chosen choose />
        </Page>
    }
    .into_any()
}
