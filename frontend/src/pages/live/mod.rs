//! Running calls as they are spoken: the list left, the chosen call right. `?call=` names the chosen one.

mod chosen;
mod command;
mod list;
mod quiet;
mod supervise;
pub(in crate::pages) mod threshold;

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::{LazyRoute, NavigateOptions, lazy_route};
use shared::{CallId, Permission};

use crate::frame::Page;
use crate::live::{Link, Live};
use crate::state::{Memo, SessionState};
use crate::ui::{Badge, Card, ErrorState, IconButton, SkeletonRows, Tone, is_wide, lu};
use chosen::Chosen;
use list::CallList;
use quiet::Quiet;
use threshold::ThresholdDialog;

/// `/live`.
pub struct LivePage;

#[lazy_route]
impl LazyRoute for LivePage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <LiveCalls /> }.into_any()
    }
}

#[component]
fn LiveCalls() -> AnyView {
    let live = Live::here();
    let query = use_query_map();
    let navigate = use_navigate();
    let named = Memo::new(move |_| {
        query
            .with(|map| map.get("call"))
            .and_then(|id| id.parse::<CallId>().ok())
    });
    let wide = is_wide();
    let ids = Memo::new(move |_| live.ids());
    // With room for both, a call is always open; the first stays open when newer ones come above it.
    let chosen = Memo::new(move |before: Option<&Option<CallId>>| {
        named.get().or_else(|| {
            let before = before.copied().flatten();
            let kept = before.filter(|before| ids.with(|ids| ids.contains(before)));
            kept.or_else(|| ids.with(|ids| ids.first().copied()))
                .filter(|_| wide.get())
        })
    });
    // One that is open only because some call must be is not kept: the page comes to rest by itself.
    Effect::new(move |_| live.hold(named.get()));
    on_cleanup(move || live.hold(None));
    let choose = Callback::new(move |id: Option<CallId>| {
        let target = id.map_or_else(|| "/live".to_owned(), |id| format!("/live?call={id}"));
        // On a wide page choosing is looking around: back leads away from the page, not through every look.
        let replace = wide.get_untracked();
        navigate(
            &target,
            NavigateOptions {
                replace,
                scroll: !replace,
                ..Default::default()
            },
        );
    });
    #[derive(Clone, Copy, PartialEq)]
    enum Shown {
        Loading,
        Failed,
        Quiet,
        Calls,
    }
    let shown = Memo::new(move |_| match (live.loaded(), live.error().is_some()) {
        (false, true) => Shown::Failed,
        (false, false) => Shown::Loading,
        (true, _) if ids.with(Vec::is_empty) && named.get().is_none() => Shown::Quiet,
        (true, _) => Shown::Calls,
    });
    let body = move || match shown.get() {
        Shown::Loading => view! { <Card><SkeletonRows rows=6 /></Card> }.into_any(),
        Shown::Failed => untrack(|| live.error())
            .map(|error| view! { <ErrorState error retry=Callback::new(move |()| live.reload()) /> })
            .into_any(),
        Shown::Quiet => view! { <Quiet /> }.into_any(),
        Shown::Calls => view! { <Both chosen choose wide /> }.into_any(),
    };
    view! {
        <Page title="Live" actions=move || view! { <State /> }>
            {body}
        </Page>
    }
    .into_any()
}

#[component]
fn Both(chosen: Memo<Option<CallId>>, choose: Callback<Option<CallId>>, wide: ReadSignal<bool>) -> AnyView {
    let list_shown = move || wide.get() || chosen.get().is_none();
    view! {
        <div class="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-[minmax(300px,380px)_minmax(0,1fr)] lg:items-start">
            <div
                class="lg:sticky lg:top-[72px] lg:max-h-[calc(100dvh-96px)] lg:overflow-y-auto"
                class:hidden=move || !list_shown()
            >
                <CallList chosen choose />
            </div>
            {move || chosen.get().map(|id| view! { <Chosen id choose /> })}
        </div>
    }
    .into_any()
}

/// How the connection stands, told only when it matters.
#[component]
fn State() -> AnyView {
    let live = Live::here();
    let badge = move || match live.link() {
        Link::Lost => Some(view! {
            <Badge tone=Tone::Warn icon=lu::LuWifiOff>
                "Reconnecting"
            </Badge>
        }),
        Link::Off | Link::Connecting | Link::Open => None,
    };
    let asking = RwSignal::new(false);
    let threshold = untrack(|| SessionState::here().may(Permission::OrganizationEdit)).then(|| {
        view! {
            <IconButton
                glyph=lu::LuTimer
                label="When a call is too long"
                tip_side="left"
                on_press=move |()| asking.set(true)
            />
            <ThresholdDialog open=asking saved=Callback::new(|_| ()) />
        }
    });
    view! {
        <span role="status" class="contents">
            {badge}
        </span>
        {threshold}
    }
    .into_any()
}
