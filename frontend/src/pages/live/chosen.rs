//! The chosen call, growing turn by turn.

use leptos::prelude::*;
use leptos::web_sys;
use shared::live::{LiveCall, LiveGrade};
use shared::{CallId, Permission};

use super::list::{Grade, counterpart};
use super::supervise::Supervise;
use crate::live::Live;
use crate::state::{Memo, SessionState};
use crate::ui::{
    Avatar, Badge, Button, ButtonLink, Card, DirectionMark, Elapsed, EmptyState, IconButton, StatusMark,
    Transcript, When, in_sight, lu,
};

#[component]
pub(super) fn Chosen(id: CallId, choose: Callback<Option<CallId>>) -> AnyView {
    let live = Live::here();
    let known = Memo::new(move |_| live.with_call(id, |_| ()).is_some());
    let body = move || {
        if known.get() {
            view! { <Shown id choose /> }.into_any()
        } else {
            view! { <Gone id choose /> }.into_any()
        }
    };
    body.into_any()
}

#[component]
fn Shown(id: CallId, choose: Callback<Option<CallId>>) -> AnyView {
    let live = Live::here();
    let head = Memo::new(move |_| {
        live.with_call(id, |f| {
            let call = LiveCall {
                turns: Vec::new(),
                ..f.call.clone()
            };
            (call, f.ended_ms.is_some())
        })
    });
    let turns = Memo::new(move |_| live.with_call(id, |f| f.call.turns.clone()).unwrap_or_default());
    let silent = Memo::new(move |_| turns.with(Vec::is_empty));
    let foot = NodeRef::<leptos::html::Div>::new();
    let at_now = in_sight(foot, "0px 0px 160px 0px", true);
    let to_now = move |()| {
        if let Some(foot) = foot.try_get_untracked().flatten() {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::End);
            foot.scroll_into_view_with_scroll_into_view_options(&options);
        }
    };
    // The transcript follows one turn softly; after many at once, as on opening, it needs a jump.
    Effect::new(move |_| {
        _ = turns.get();
        let (Some(_), true) = (foot.get(), at_now.get_untracked()) else {
            return;
        };
        request_animation_frame(move || {
            if foot
                .try_get_untracked()
                .flatten()
                .is_some_and(|foot| far_below(&foot))
            {
                to_now(());
            }
        });
    });
    view! {
        <Card class="overflow-clip">
            {move || head.get().map(|(call, ended)| view! { <Head call ended choose /> })}
            <Supervise id />
            <div class="p-2 [&_li]:scroll-mb-24">
                <Show when=move || !silent.get() fallback=move || view! { <Silence id /> }>
                    <div role="log" aria-live="polite" aria-label="Transcript, growing">
                        <Transcript turns live=true />
                    </div>
                </Show>
                <div node_ref=foot class="h-px scroll-mb-24"></div>
                <Show when=move || !at_now.get()>
                    <div class="sticky bottom-4 max-md:bottom-20 flex justify-center">
                        <Button small=true icon=lu::LuArrowDown on_press=to_now>
                            "Jump to now"
                        </Button>
                    </div>
                </Show>
            </div>
        </Card>
    }
    .into_any()
}

/// Further below the window than a turn is high.
fn far_below(foot: &web_sys::Element) -> bool {
    let height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or(0.0);
    foot.get_bounding_client_rect().top() > height + 160.0
}

#[component]
fn Head(call: LiveCall, ended: bool, choose: Callback<Option<CallId>>) -> AnyView {
    let session = SessionState::here();
    let href = format!("/calls/{}", call.id);
    let status = if ended {
        view! { <Badge>"Ended"</Badge> }.into_any()
    } else {
        view! { <StatusMark status=call.status /> }.into_any()
    };
    let time = if ended {
        view! {
            <span>
                "Began " <When at=call.started_at />
            </span>
        }
        .into_any()
    } else {
        view! { <Elapsed since=call.started_at /> }.into_any()
    };
    view! {
        <header class="sticky top-[52px] z-[5] flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-panel px-4 py-3">
            <span class="lg:hidden">
                <IconButton glyph=lu::LuArrowLeft label="All running calls" on_press=move |()| choose.run(None) />
            </span>
            <Avatar name=call.agent.name.clone() />
            <h2 class="mr-auto min-w-0 truncate font-semibold">{call.agent.name.clone()}</h2>
            {status}
            {untrack(|| session.may(Permission::CallsList))
                .then(|| {
                    view! {
                        <ButtonLink href small=true icon=lu::LuArrowUpRight>
                            "Open in the log"
                        </ButtonLink>
                    }
                })}
            <div class="flex w-full flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
                {time}
                <span class="inline-flex items-center gap-2">
                    <DirectionMark direction=call.direction />
                    <span class="num">{counterpart(&call)}</span>
                </span>
                <Grade grade=call.grade />
            </div>
        </header>
    }
    .into_any()
}

#[component]
fn Silence(id: CallId) -> AnyView {
    let live = Live::here();
    let session = SessionState::here();
    let body = move || {
        let grade = live.with_call(id, |f| (f.call.grade, f.ended_ms.is_some()));
        let (icon, title, text) = match grade {
            _ if !session.may(Permission::LiveTranscript) => (
                lu::LuKeyRound,
                "The words are not part of your role",
                "You see that the call runs and for how long. An administrator can let you read along.",
            ),
            Some((_, true)) => (
                lu::LuPhoneOff,
                "The call has ended",
                "Its transcript stands in the log as soon as the provider has written it.",
            ),
            Some((LiveGrade::Presence, _)) => (
                lu::LuEye,
                "This call can not be read along",
                "Why is said above. The transcript stands in the log when the call has ended.",
            ),
            Some((LiveGrade::Transcript, _)) | None => (
                lu::LuEar,
                "Nothing has been said yet",
                "Words appear here as they are spoken.",
            ),
        };
        view! { <EmptyState icon title text /> }
    };
    body.into_any()
}

/// A link to a call that runs no longer.
#[component]
fn Gone(id: CallId, choose: Callback<Option<CallId>>) -> AnyView {
    let session = SessionState::here();
    let action = move || {
        if untrack(|| session.may(Permission::CallsList)) {
            view! { <ButtonLink href=format!("/calls/{id}")>"Open in the log"</ButtonLink> }.into_any()
        } else {
            view! { <Button on_press=move |()| choose.run(None)>"Show running calls"</Button> }.into_any()
        }
    };
    view! {
        <Card>
            <EmptyState
                icon=lu::LuPhoneOff
                title="This call runs no longer"
                text="It has ended, or the link belongs to another organization."
            >
                {action()}
            </EmptyState>
        </Card>
    }
    .into_any()
}
