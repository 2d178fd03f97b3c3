//! The agents of the connected workspaces; `?agent=` opens one in a sheet.

mod detail;
mod give;
mod list;
mod row;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::{LazyRoute, NavigateOptions, lazy_route};
use shared::agent::Agent;
use shared::customer::OrganizationSummary;
use shared::page::MAX_LIMIT;
use shared::{AgentId, Page as Listed, Permission};

use crate::api;
use crate::frame::Page;
use crate::state::{Memo, SessionState};
use crate::ui::{Card, Choice, ErrorState, FilterChip, SearchInput, SkeletonRows};
use detail::AgentSheet;
use give::GiveDialog;
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
    let giving = RwSignal::new(None::<Agent>);
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
            <div class="mb-3 flex flex-wrap items-center gap-2">
                <div class="w-80 max-w-full">
                    <SearchInput value=list.wanted label="Find an agent by name" />
                </div>
                <Below list />
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
            <AgentSheet list chosen choose giving />
            <GiveDialog giving list />
        </Page>
    }
    .into_any()
}

/// Agents of the organizations below, for who may move them.
#[component]
fn Below(list: AgentList) -> AnyView {
    let session = SessionState::here();
    let may = untrack(|| session.may(Permission::AgentsMove) && session.may(Permission::OrganizationsList));
    let below = RwSignal::new(Vec::<Choice>::new());
    if may {
        leptos::task::spawn_local(async move {
            let path = format!("/api/organizations?limit={MAX_LIMIT}");
            // Without the list one's own agents are shown all the same.
            if let Ok(page) = api::get::<Listed<OrganizationSummary>>(&path).await {
                let choices = page.items.into_iter();
                _ = below.try_set(
                    choices
                        .map(|row| Choice::new(row.id.to_string(), row.name))
                        .collect(),
                );
            }
        });
    }
    view! {
        <Show when=move || !below.with(Vec::is_empty)>
            <FilterChip label="Organization" choices=below value=list.of />
        </Show>
    }
    .into_any()
}
