//! The audit log: who did what, when, from where; whether anybody changed it since.

mod entry;
mod verify;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::Permission;
use shared::audit::{AuditEntry, AuditFilter};

use crate::api::{Paged, Phase, with_query};
use crate::format;
use crate::frame::Page;
use crate::state::{Memo, SessionState};
use crate::ui::{
    Card, DateRange, EmptyState, ErrorState, LoadMore, Period, Row, SearchInput, Sheet, SkeletonRows, Table,
    lu,
};
use entry::{COLUMNS, cells, detail};
use verify::Verify;

/// Milliseconds between the last letter and the search.
const TYPING: u32 = 180;

/// `/settings/audit`.
pub struct AuditPage;

#[lazy_route]
impl LazyRoute for AuditPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Audit /> }.into_any()
    }
}

#[component]
fn Audit() -> AnyView {
    let session = SessionState::here();
    let zone = Memo::new(move |_| session.zone());
    let (typed, wanted) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let waiting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |before: Option<()>| {
        let text = typed.get();
        if before.is_some() {
            // The search that was waiting is dropped, and with it called off.
            waiting.set_value(Some(Timeout::new(TYPING, move || wanted.set(text))));
        }
    });
    let period = RwSignal::new(Period::All);
    let filter = Memo::new(move |_| {
        let days = period.get().days(format::today_in(&zone.get()));
        AuditFilter {
            q: Some(wanted.get().trim().to_owned()).filter(|text| !text.is_empty()),
            user: None,
            from: days.map(|(from, _)| from),
            to: days.map(|(_, to)| to),
        }
    });
    let list = Paged::<AuditEntry>::follow(move || {
        let path = filter.with(|filter| with_query("/api/audit", filter));
        format!("{path}{}limit=50", if path.contains('?') { '&' } else { '?' })
    });
    let chosen = RwSignal::new(None::<AuditEntry>);
    let actions = move || {
        session.may(Permission::AuditExport).then(|| {
            let href = filter.with(|filter| with_query("/api/audit/export", filter));
            view! {
                <a class="btn btn-secondary" href=href rel="external" download="">
                    "Export as CSV"
                </a>
            }
        })
    };
    view! {
        <Page title="Audit log" actions>
            <div class="mb-3 flex flex-wrap items-center gap-2">
                <div class="w-full sm:w-64">
                    <SearchInput value=typed label="Action, subject or detail" />
                </div>
                <DateRange period zone />
            </div>
            <Show when=move || session.may(Permission::AuditVerify)>
                <Verify />
            </Show>
            <Card class="overflow-clip">
                <Entries list chosen />
            </Card>
            <Detail chosen />
        </Page>
    }
    .into_any()
}

#[component]
fn Entries(list: Paged<AuditEntry>, chosen: RwSignal<Option<AuditEntry>>) -> AnyView {
    let rows = move || {
        let entries = list.rows.get();
        let rows = entries.into_iter().map(move |entry| {
            let shown = entry.clone();
            let number = entry.sequence;
            let current = Signal::derive(move || {
                chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.sequence == number))
            });
            view! {
                <Row on_open=move |()| chosen.set(Some(shown.clone())) current>
                    {cells(&entry)}
                </Row>
            }
        });
        rows.collect_view()
    };
    let body = move || {
        match list.phase.get() {
        Phase::First => view! { <SkeletonRows rows=10 /> }.into_any(),
        Phase::Failed(error) => view! { <ErrorState error retry=Callback::new(move |()| list.load()) /> }.into_any(),
        Phase::Loading | Phase::Ready if list.rows.with(Vec::is_empty) => view! {
            <EmptyState
                icon=lu::LuScrollText
                title="No entries"
                text="Sign-ins, connections and everything else that people do here is listed. Nothing fits this search."
            />
        }
        .into_any(),
        Phase::Loading | Phase::Ready => view! {
            <Table caption="Audit log" columns=COLUMNS>
                {rows}
            </Table>
            <LoadMore
                shown=Signal::derive(move || list.rows.with(Vec::len))
                unit="entries"
                has_more=Signal::derive(move || list.has_more())
                loading=list.loading_more
                on_more=move |()| list.load_more()
            />
        }
        .into_any(),
    }
    };
    view! { <div>{body}</div> }.into_any()
}

#[component]
fn Detail(chosen: RwSignal<Option<AuditEntry>>) -> AnyView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(chosen.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            chosen.set(None);
        }
        now
    });
    let title = Signal::derive(move || {
        chosen.with(|entry| {
            let label = entry
                .as_ref()
                .map(|entry| shared::audit::action_label(&entry.action).to_owned());
            label.unwrap_or_default()
        })
    });
    view! {
        <Sheet open title>
            {move || chosen.with(|entry| entry.as_ref().map(detail))}
        </Sheet>
    }
    .into_any()
}
