//! The log as a page: filters, table, and what stands there when there is nothing to show.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::{CallId, Permission};

use super::filter::UrlFilter;
use super::filter_bar::FilterBar;
use super::found::Found;
use super::keys::LogKeys;
use super::log::{Log, LogRow, More, Phase};
use super::row;
use super::selection::Selection;
use super::views::ViewBar;
use crate::api;
use crate::format;
use crate::frame::Page;
use crate::live::Live;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{
    Button, ButtonLink, Card, EmptyState, ErrorState, Icon, KeyHint, LoadMore, Row, SkeletonRows, Table,
    Tone, Variant, in_sight, lu,
};

/// The head of the table sticks below the top bar of the page.
const TABLE: &str = "[&_.table-wrap]:overflow-x-clip [&_.table-wrap]:overflow-y-visible [&_th]:top-[52px] \
                     [&_tr[data-marked]]:bg-selected max-md:[&_thead]:hidden overflow-clip";

/// `open` is the call whose panel is open; `on_open` opens one.
#[component]
pub(super) fn LogList(
    log: Log,
    filter: UrlFilter,
    found: Found,
    #[prop(into)] open: Signal<Option<CallId>>,
    #[prop(into)] on_open: Callback<CallId>,
) -> AnyView {
    let body = move || match log.phase.get() {
        Phase::First => view! { <SkeletonRows rows=14 /> }.into_any(),
        Phase::Failed(error) => {
            view! { <ErrorState error retry=Callback::new(move |()| log.load()) /> }.into_any()
        }
        Phase::Loading | Phase::Ready => view! { <Rows log filter found open on_open /> }.into_any(),
    };
    // Both show the same rows; only the first, failed and shown states are drawn anew.
    let phase = Memo::new(move |_| match log.phase.get() {
        Phase::First => 0,
        Phase::Failed(_) => 1,
        Phase::Loading | Phase::Ready => 2,
    });
    view! {
        <Page title="Calls" actions=move || view! { <Keys /> <LogActions log /> }>
            <ViewBar filter />
            <FilterBar filter />
            <NewCalls log />
            <Card class=TABLE>
                <div
                    class="transition-opacity"
                    class:opacity-60=move || log.phase.get() == Phase::Loading
                    aria-busy=move || matches!(log.phase.get(), Phase::First | Phase::Loading).to_string()
                >
                    {move || {
                        _ = phase.get();
                        untrack(body)
                    }}
                </div>
            </Card>
            <Selection log />
            <LogKeys log open on_open />
        </Page>
    }
    .into_any()
}

/// What can be done with all that the filters leave.
#[component]
fn LogActions(log: Log) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let search = use_location().search;
    let read_all = move |()| {
        leptos::task::spawn_local(async move {
            match api::post_empty("/api/calls/read-all").await {
                Ok(()) => {
                    toasts.show(Tone::Good, "All calls are marked as read");
                    log.load();
                }
                Err(error) => toasts.show(Tone::Bad, error.title()),
            }
        });
    };
    let export = move || {
        session.may(Permission::CallsExport).then(|| {
            let query = search.get();
            let query = query.trim_start_matches('?');
            let href = if query.is_empty() {
                "/exports".to_owned()
            } else {
                format!("/exports?{query}")
            };
            view! {
                <ButtonLink href small=true icon=lu::LuFileDown>
                    "Export"
                </ButtonLink>
            }
        })
    };
    view! {
        <Button small=true variant=Variant::Quiet icon=lu::LuMailOpen on_press=read_all>
            <span class="max-md:sr-only">"Mark all as read"</span>
        </Button>
        {export}
    }
    .into_any()
}

#[component]
fn Keys() -> AnyView {
    view! {
        <span class="hidden xl:flex items-center gap-2 text-xs text-muted" aria-hidden="true">
            <KeyHint keys="J K" />
            "walk"
            <KeyHint keys="Enter" />
            "open"
            <KeyHint keys="X" />
            "select"
            <KeyHint keys="?" />
            "all keys"
        </span>
    }
    .into_any()
}

/// Quiet: the rows do not move under the reader's eyes until he asks.
#[component]
fn NewCalls(log: Log) -> AnyView {
    let words = move || match log.unseen.get() {
        1 => "1 new call".to_owned(),
        count => format!("{} new calls", format::integer(count as f64)),
    };
    let show = move |_| {
        log.load();
        window().scroll_to_with_x_and_y(0.0, 0.0);
    };
    view! {
        <div aria-live="polite">
            <Show when=move || log.unseen.get() != 0>
                <button
                    type="button"
                    class="mb-3 flex w-full items-center justify-center gap-2 rounded-md bg-brand-soft px-3 py-1.5 text-sm font-medium text-brand-text hover:underline"
                    on:click=show
                >
                    <Icon glyph=lu::LuArrowUp />
                    {words}
                </button>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Rows(
    log: Log,
    filter: UrlFilter,
    found: Found,
    open: Signal<Option<CallId>>,
    on_open: Callback<CallId>,
) -> AnyView {
    let session = SessionState::here();
    let with_cost = untrack(|| session.may(Permission::CallsCost));
    let columns = if with_cost {
        row::COLUMNS
    } else {
        row::COLUMNS_WITHOUT_COST
    };
    let empty = Memo::new(move |_| log.rows.with(Vec::is_empty));
    let row = move |row: LogRow| {
        let id = row.id;
        let href = format!("/calls/{id}");
        view! {
            <Row
                on_open=move |()| on_open.run(id)
                current=Signal::derive(move || open.get() == Some(id))
                marked=Signal::derive(move || log.marked.with(|marked| marked.contains(&id)))
                on_mark=move |()| log.mark(id)
            >
                {move || row.call.with(|call| row::cells(call, &href, with_cost, found))}
            </Row>
        }
    };
    view! {
        <Show when=move || !empty.get() fallback=move || view! { <Nothing filter /> }>
            <Table caption="Calls, newest first" columns=columns>
                <For each=move || log.rows.get() key=|row| row.id children=row />
            </Table>
            <Foot log />
        </Show>
    }
    .into_any()
}

#[component]
fn Foot(log: Log) -> AnyView {
    let foot = NodeRef::new();
    let seen = in_sight(foot, "0px 0px 600px 0px", false);
    // The observer tells only changes: after each page it may still be in sight.
    Effect::new(move |_| {
        let idle = log.more.get() == More::Idle && log.phase.get() == Phase::Ready;
        log.rows.track();
        if seen.get() && idle && log.has_more() {
            log.load_more();
        }
    });
    let failed = move || match log.more.get() {
        More::Failed(error) => Some(view! {
            <p class="flex flex-wrap items-center gap-3 px-4 py-2 text-sm" role="alert">
                <Icon glyph=lu::LuTriangleAlert class="text-bad" />
                {format!("{}. {}", error.title(), error.advice())}
                {error.request_id().map(|id| view! { <span class="text-muted">"Request " <code>{id}</code></span> })}
                <Button small=true on_press=move |()| log.load_more()>
                    "Try again"
                </Button>
            </p>
        }),
        _ => None,
    };
    view! {
        <div node_ref=foot>
            {failed}
            <LoadMore
                shown=Signal::derive(move || log.rows.with(Vec::len))
                unit="calls"
                has_more=Signal::derive(move || log.has_more())
                loading=Signal::derive(move || log.more.get() == More::Loading)
                on_more=move |()| log.load_more()
            />
        </div>
    }
    .into_any()
}

#[component]
fn Nothing(filter: UrlFilter) -> AnyView {
    let session = SessionState::here();
    let watches = move || session.may(Permission::LiveView) && Live::here().count() > 0;
    let body = move || {
        if filter.any() {
            view! {
                <EmptyState
                    icon=lu::LuSearch
                    title="No call fits these filters"
                    text="Take one away, choose more days, or search for fewer words."
                >
                    <Button on_press=move |()| filter.clear()>"Clear filters"</Button>
                </EmptyState>
            }
        } else if session.may(Permission::ConnectionsManage) {
            view! {
                <EmptyState
                    icon=lu::LuPhone
                    title="No calls yet"
                    text="Calls appear here as soon as a connected workspace has some, with transcript and recording."
                >
                    <ButtonLink href="/settings/integrations" variant=Variant::Primary>
                        "Connect workspace"
                    </ButtonLink>
                </EmptyState>
            }
        } else if watches() {
            view! {
                <EmptyState icon=lu::LuPhone title="No calls yet" text="The first one is running right now.">
                    <ButtonLink href="/live">"Watch it live"</ButtonLink>
                </EmptyState>
            }
        } else {
            view! {
                <EmptyState
                    icon=lu::LuPhone
                    title="No calls yet"
                    text="Calls appear here by themselves as soon as an agent takes one."
                />
            }
        }
    };
    body.into_any()
}
