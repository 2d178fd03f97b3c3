//! The table of agents, its foot, and what stands there when there are none.

use leptos::prelude::*;
use shared::{AgentId, Permission};

use super::list::AgentList;
use super::row;
use crate::state::{Memo, SessionState};
use crate::ui::{Button, ButtonLink, EmptyState, Icon, LoadMore, Row, Table, Variant, lu};

#[component]
pub(super) fn AgentTable(
    list: AgentList,
    chosen: Memo<Option<AgentId>>,
    choose: Callback<Option<AgentId>>,
) -> AnyView {
    let ids = Memo::new(move |_| {
        list.rows
            .with(|rows| rows.iter().map(|agent| agent.id).collect::<Vec<_>>())
    });
    // Keyed by agent: a sync draws only those rows again that it changed.
    let each = move |id: AgentId| {
        let agent = Memo::new(move |_| list.with_agent(id, Clone::clone));
        let href = format!("/agents?agent={id}");
        view! {
            <Row on_open=move |()| choose.run(Some(id)) current=Signal::derive(move || chosen.get() == Some(id))>
                {move || agent.with(|agent| agent.as_ref().map(|agent| row::cells(agent, &href)))}
            </Row>
        }
    };
    let failed = move || {
        list.more_error.get().map(|error| {
            view! {
                <p class="flex flex-wrap items-center gap-3 px-4 py-2 text-sm" role="alert">
                    <Icon glyph=lu::LuTriangleAlert class="text-bad" />
                    {format!("{}. {}", error.title(), error.advice())}
                </p>
            }
        })
    };
    view! {
        <Table caption="Agents, by name" columns=row::COLUMNS>
            <For each=move || ids.get() key=|id| *id children=each />
        </Table>
        {failed}
        <LoadMore
            shown=Signal::derive(move || ids.with(Vec::len))
            unit="agents"
            has_more=Signal::derive(move || list.has_more())
            loading=list.loading_more
            on_more=move |()| list.load_more()
        />
    }
    .into_any()
}

#[component]
pub(super) fn Nothing(list: AgentList) -> AnyView {
    let session = SessionState::here();
    let searched = Memo::new(move |_| !list.answered.with(|wanted| wanted.trim().is_empty()));
    let body = move || {
        if searched.get() {
            view! {
                <EmptyState
                    icon=lu::LuSearch
                    title="No agent goes by that name"
                    text="Search for another part of the name, or clear the search."
                >
                    <Button on_press=move |()| list.wanted.set(String::new())>"Clear search"</Button>
                </EmptyState>
            }
        } else if session.may(Permission::ConnectionsView) {
            view! {
                <EmptyState
                    icon=lu::LuBot
                    title="No agents yet"
                    text="The agents of a connected ElevenLabs workspace appear here with the first sync."
                >
                    <ButtonLink href="/settings/integrations" variant=Variant::Primary>
                        "Open integrations"
                    </ButtonLink>
                </EmptyState>
            }
        } else {
            view! {
                <EmptyState
                    icon=lu::LuBot
                    title="No agents yet"
                    text="They appear here as soon as an administrator of your organization connects a workspace."
                />
            }
        }
    };
    body.into_any()
}
