//! The shape of the page while its reply is on the way.

use leptos::prelude::*;
use shared::Permission;

use crate::state::SessionState;
use crate::ui::{Card, Skeleton, SkeletonRows};

#[component]
pub(super) fn Waiting() -> AnyView {
    let with_cost = untrack(|| SessionState::here().may(Permission::CallsCost));
    let (columns, stats) = if with_cost {
        ("grid grid-cols-2 gap-3 sm:gap-4 xl:grid-cols-4", 4)
    } else {
        ("grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-4", 3)
    };
    let stat = |_| {
        view! {
            <div class="card stat">
                <Skeleton class="h-3 w-24" />
                <Skeleton class="h-8 w-28" />
                <Skeleton class="h-3 w-36" />
                <Skeleton class="h-8 w-full" />
            </div>
        }
    };
    let chart = |title: &'static str| {
        view! {
            <Card title padded=true>
                <Skeleton class="mb-3 h-3 w-40" />
                <Skeleton class="h-[240px] w-full" />
            </Card>
        }
    };
    view! {
        <div class="grid gap-4" role="status" aria-label="Loading">
            <div>
                <div class=columns>{(0..stats).map(stat).collect_view()}</div>
                <div class="mt-2 h-4"></div>
            </div>
            <div class="grid gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
                {chart("Calls by day")} {chart("Calls by hour")}
            </div>
            <div class="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
                <Card title="Latest calls">
                    <SkeletonRows rows=8 />
                </Card>
                <div class="grid gap-4 max-xl:order-first">
                    <Card title="Needs attention">
                        <SkeletonRows rows=1 />
                    </Card>
                    <Card title="Running calls">
                        <SkeletonRows rows=2 />
                    </Card>
                </div>
            </div>
        </div>
    }
    .into_any()
}
