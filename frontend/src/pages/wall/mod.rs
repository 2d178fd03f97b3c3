//! All customers' running calls on one wall: the longest first, durations ticking, alarm on too long.

mod alarm;
mod counts;
mod filter;
mod row;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::live::LiveGrade;
use shared::live_wall::{LiveWall, WallCall};
use shared::{CallId, Permission};
use std::collections::BTreeSet;

use crate::api::{self, ApiError};
use crate::format;
use crate::frame::Page;
use crate::live::{Live, News};
use crate::pages::live::threshold::ThresholdDialog;
use crate::state::{Clock, Memo, SessionState};
use crate::ui::{Button, Card, EmptyState, ErrorState, SkeletonRows, Stat, Table, Variant, lu};
use alarm::Alarm;
use counts::Counts;
use filter::{Filter, FilterBar};
use row::{COLUMNS, CallRow};

/// `/wall`.
pub struct WallPage;

#[lazy_route]
impl LazyRoute for WallPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Wall /> }.into_any()
    }
}

/// What is on it; copied freely.
#[derive(Clone, Copy)]
struct Shown {
    wall: RwSignal<Option<LiveWall>>,
    error: RwSignal<Option<ApiError>>,
    filter: Filter,
    /// The calls that are too long by now.
    long: Memo<BTreeSet<CallId>>,
}

impl Shown {
    fn load(self) {
        leptos::task::spawn_local(async move {
            match api::get::<LiveWall>("/api/live/wall").await {
                Ok(wall) => {
                    _ = self.wall.try_set(Some(wall));
                    _ = self.error.try_set(None);
                }
                Err(error) => _ = self.error.try_set(Some(error)),
            }
        });
    }

    /// Calls that the filter lets through.
    fn calls(self) -> Vec<WallCall> {
        let long = self.long.get();
        self.wall.with(|wall| {
            wall.iter()
                .flat_map(|wall| &wall.calls)
                .filter(|call| self.filter.takes(call, long.contains(&call.id)))
                .cloned()
                .collect()
        })
    }
}

#[component]
fn Wall() -> AnyView {
    let clock = Clock::here();
    let wall = RwSignal::new(None::<LiveWall>);
    let long = Memo::new(move |_| {
        let now = clock.second();
        wall.with(|wall| wall.as_ref().map(|wall| too_long(wall, now)).unwrap_or_default())
    });
    let shown = Shown {
        wall,
        error: RwSignal::new(None),
        filter: Filter::new(),
        long,
    };
    let live = Live::here();
    live.watch_below(true);
    on_cleanup(move || live.watch_below(false));
    // At first, and whenever something changed.
    Effect::new(move |_| {
        _ = live.below();
        shown.load();
    });
    live.listen(move |news| {
        if matches!(news, News::Missed) {
            shown.load();
        }
    });
    let known = Memo::new(move |_| wall.with(Option::is_some));
    // Every reading says how it went; that alone must not build the wall anew.
    let failed = Memo::new(move |_| !known.get() && shown.error.with(Option::is_some));
    let body = move || match (known.get(), failed.get()) {
        (true, _) => view! { <Body shown /> }.into_any(),
        (false, true) => untrack(|| shown.error.get())
            .map(|error| view! { <ErrorState error retry=Callback::new(move |()| shown.load()) /> })
            .into_any(),
        (false, false) => view! { <Card><SkeletonRows rows=8 /></Card> }.into_any(),
    };
    view! {
        <Page title="Call wall" actions=move || view! { <Alarm long /> }>
            {body}
        </Page>
    }
    .into_any()
}

fn too_long(wall: &LiveWall, now: f64) -> BTreeSet<CallId> {
    let after = f64::from(wall.long_after_seconds) * 1_000.0;
    wall.calls
        .iter()
        .filter(|call| now - call.started_at.timestamp_millis() as f64 >= after)
        .map(|call| call.id)
        .collect()
}

#[component]
fn Body(shown: Shown) -> AnyView {
    let session = SessionState::here();
    let figure = move |read: fn(&LiveWall) -> usize| {
        Signal::derive(move || {
            let count = shown.wall.with(|wall| wall.as_ref().map_or(0, read));
            format::integer(count as f64)
        })
    };
    let organizations = figure(|wall| {
        let all: BTreeSet<_> = wall.calls.iter().map(|call| call.organization_id).collect();
        all.len()
    });
    let running = figure(|wall| usize::try_from(wall.total).unwrap_or_default());
    let too_long = Signal::derive(move || format::integer(shown.long.with(BTreeSet::len) as f64));
    let changes = untrack(|| session.may(Permission::OrganizationEdit));
    let asking = RwSignal::new(false);
    let after = move || {
        let seconds = shown
            .wall
            .with(|wall| wall.as_ref().map_or(0, |wall| wall.long_after_seconds));
        format::duration(f64::from(seconds))
    };
    let saved = Callback::new(move |seconds: i32| {
        shown.wall.update(|wall| {
            if let Some(wall) = wall {
                wall.long_after_seconds = seconds;
            }
        });
    });
    let calls = Memo::new(move |_| shown.calls());
    let table = move || {
        let calls = calls.get();
        let none = shown
            .wall
            .with(|wall| wall.as_ref().is_none_or(|wall| wall.calls.is_empty()));
        if calls.is_empty() {
            let (title, text) = if none {
                (
                    "No call runs right now",
                    "Calls of your customers appear here the moment they begin.",
                )
            } else {
                ("No running call fits the filter", "Clear it to see all of them.")
            };
            return view! { <EmptyState icon=lu::LuRadio title text /> }.into_any();
        }
        view! {
            <Table caption="Running calls, the longest first" columns=COLUMNS>
                <For each=move || shown.calls() key=|call| (call.id, call.status, call.grade == LiveGrade::Transcript) let:call>
                    <CallRow call long=shown.long />
                </For>
            </Table>
        }
        .into_any()
    };
    let left_out = move || {
        let count = shown.wall.with(|wall| {
            wall.as_ref().map_or(0, |wall| {
                wall.total - i64::try_from(wall.calls.len()).unwrap_or_default()
            })
        });
        (count > 0).then(|| {
            view! {
                <p class="px-4 py-3 text-sm text-muted">
                    {format::integer(count as f64)} " calls that began last are not shown."
                </p>
            }
        })
    };
    view! {
        <div class="grid gap-4">
            <div class="grid grid-cols-2 gap-4 md:grid-cols-4">
                <Stat label="Running calls" value=running />
                <Stat label="Organizations with calls" value=organizations />
                <Stat label="Too long" value=too_long />
                <div class="card stat">
                    <div class="label-caps">"Too long after"</div>
                    <div class="flex flex-wrap items-baseline gap-x-2">
                        <span class="stat-value whitespace-nowrap">{after}</span>
                        {changes
                            .then(|| {
                                view! {
                                    <Button small=true variant=Variant::Quiet on_press=move |()| asking.set(true)>
                                        "Change"
                                    </Button>
                                }
                            })}
                    </div>
                    // Where the other figures have their change: they stand in one line with this one.
                    <div class="min-h-4"></div>
                </div>
            </div>
            <ThresholdDialog open=asking saved />
            <Counts shown />
            <Card class="overflow-clip">
                <FilterBar shown />
                {table}
                {left_out}
            </Card>
        </div>
    }
    .into_any()
}
