//! What happened today and what needs a look: one request, kept fresh by what happens live.

mod attention;
mod begin;
mod charts;
mod data;
mod figures;
mod latest;
mod running;
mod skeleton;
mod stats;

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::frame::Page;
use crate::state::Memo;
use crate::ui::{Card, ErrorState};
use attention::NeedsAttention;
use begin::Begin;
use charts::{CallsByDay, CallsByHour};
use data::{DashboardData, First};
use latest::Latest;
use running::Running;
use skeleton::Waiting;
use stats::Stats;

/// The first page after sign-in. Its figures travel beside its code.
pub struct DashboardPage {
    figures: First,
}

#[lazy_route]
impl LazyRoute for DashboardPage {
    fn data() -> Self {
        Self {
            figures: First::ask(),
        }
    }

    fn view(this: Self) -> AnyView {
        view! { <Overview first=this.figures /> }.into_any()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Waiting,
    Failed,
    Begin,
    Figures,
}

#[component]
fn Overview(first: First) -> AnyView {
    let data = DashboardData::follow(first);
    let shown = Memo::new(move |_| match data.read(|dashboard| dashboard.connected) {
        Some(true) => Shown::Figures,
        Some(false) => Shown::Begin,
        None if data.error.with(Option::is_some) => Shown::Failed,
        None => Shown::Waiting,
    });
    let body = move || match shown.get() {
        Shown::Waiting => view! { <Waiting /> }.into_any(),
        Shown::Failed => untrack(|| data.error.get())
            .map(|error| {
                view! {
                    <Card>
                        <ErrorState error retry=Callback::new(move |()| data.load()) />
                    </Card>
                }
            })
            .into_any(),
        Shown::Begin => view! { <Begin /> }.into_any(),
        Shown::Figures => view! { <Figures data /> }.into_any(),
    };
    view! { <Page title="Dashboard">{body}</Page> }.into_any()
}

#[component]
fn Figures(data: DashboardData) -> AnyView {
    // The figures are painted before what is longer to draw.
    let painted = RwSignal::new(false);
    request_animation_frame(move || set_timeout(move || _ = painted.try_set(true), Duration::ZERO));
    view! {
        <div class="grid gap-4">
            <Stats data />
            <Show when=move || painted.get()>{rest(data)}</Show>
        </div>
    }
    .into_any()
}

fn rest(data: DashboardData) -> AnyView {
    view! {
        <div class="grid gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
            <CallsByDay data />
            <CallsByHour data />
        </div>
        <div class="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
            <Latest data />
            <div class="grid gap-4 max-xl:order-first">
                <NeedsAttention data />
                <Running data />
            </div>
        </div>
    }
    .into_any()
}
