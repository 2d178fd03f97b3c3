//! Giving an agent to another organization, and how far its calls have followed.

use gloo_timers::future::TimeoutFuture;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::agent::Agent;
use shared::customer::{Following, MoveAgent, MovedAgent};
use shared::{AgentId, OrganizationId, Permission};

use super::list::AgentList;
use crate::api::{self, ApiError};
use crate::format;
use crate::pages::organization_choice::OrganizationChoice;
use crate::state::{SessionState, Toasts};
use crate::ui::{Button, Checkbox, Dialog, Icon, Progress, Tone, Variant, lu};

/// Milliseconds between two looks at how far the calls have come.
const LOOK: u32 = 1_500;

/// Open while `giving` names an agent. It stands beside the sheet, which closes when the agent is gone from the list.
#[component]
pub(super) fn GiveDialog(giving: RwSignal<Option<Agent>>, list: AgentList) -> AnyView {
    let (open, moved) = (RwSignal::new(false), RwSignal::new(None::<MovedAgent>));
    Effect::new(move |_| open.set(giving.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            giving.set(None);
            moved.set(None);
            list.load();
        }
        now
    });
    let title = Signal::derive(move || {
        giving.with(|agent| {
            agent
                .as_ref()
                .map(|agent| format!("Move {}", agent.name))
                .unwrap_or_default()
        })
    });
    let body = move || match (giving.get(), moved.get()) {
        (_, Some(moved)) => view! { <Follow moved open /> }.into_any(),
        (Some(agent), None) => view! { <Form id=agent.id from=list.organization() moved /> }.into_any(),
        (None, None) => ().into_any(),
    };
    view! {
        <Dialog open title>
            {body}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(id: AgentId, from: Option<OrganizationId>, moved: RwSignal<Option<MovedAgent>>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let may_numbers = untrack(|| SessionState::here().may(Permission::NumbersMove));
    let target = RwSignal::new(String::new());
    let (history, numbers) = (RwSignal::new(true), RwSignal::new(may_numbers));
    let (asking, error) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Ok(organization_id), false) = (target.get_untracked().parse(), asking.get_untracked()) else {
            return;
        };
        let request = MoveAgent {
            organization_id,
            with_history: history.get_untracked(),
            with_numbers: numbers.get_untracked(),
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::post::<MovedAgent>(&format!("/api/agents/{id}/move"), &request).await {
                Ok(reply) => _ = moved.try_set(Some(reply)),
                Err(refused) => {
                    toasts.show(Tone::Bad, refused.title());
                    _ = error.try_set(Some(refused));
                }
            }
            _ = asking.try_set(false);
        });
    };
    let message = Signal::derive(move || {
        error.with(|error| {
            error
                .as_ref()
                .map(|e| e.field("organization_id").unwrap_or_else(|| e.advice()))
        })
    });
    let fate = move || match history.get() {
        true => {
            "All calls so far go along, with transcripts and recordings. Calls that run now follow when they have ended."
        }
        false => {
            "Calls so far stay here, under an archived agent of the same name. New calls belong to the other organization."
        }
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <OrganizationChoice value=target except=from error=message />
            <Checkbox checked=history label="With its past calls" />
            <p class="-mt-2 text-sm text-muted">{fate}</p>
            {may_numbers
                .then(|| view! { <Checkbox checked=numbers label="With the phone numbers that it answers" /> })}
            <div>
                <Button
                    variant=Variant::Primary
                    submit=true
                    loading=asking
                    disabled=Signal::derive(move || target.with(String::is_empty))
                >
                    "Move"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// Closing it stops nothing: the server goes on by itself.
#[component]
fn Follow(moved: MovedAgent, open: RwSignal<bool>) -> AnyView {
    let (left, total) = (RwSignal::new(None::<i64>), RwSignal::new(0_i64));
    let over = RwSignal::new(!moved.history_follows);
    let error = RwSignal::new(None::<ApiError>);
    let started = format::now_ms();
    let id = moved.agent_id;
    if moved.history_follows {
        leptos::task::spawn_local(async move {
            // Until it is over or nobody looks any more.
            while over.try_get_untracked() == Some(false) {
                match api::get::<Following>(&format!("/api/agents/{id}/move")).await {
                    Ok(Following { calls }) => {
                        _ = error.try_set(None);
                        _ = total.try_update(|total| *total = calls.max(*total));
                        _ = left.try_set(Some(calls));
                        _ = over.try_set(calls == 0);
                    }
                    Err(failed) => _ = error.try_set(Some(failed)),
                }
                TimeoutFuture::new(LOOK).await;
            }
        });
    }
    let done = Signal::derive(move || left.get().map_or(0.0, |left| (total.get() - left) as f64));
    let all = Signal::derive(move || left.get().map(|_| total.get() as f64));
    let numbers = match moved.numbers {
        0 => None,
        1 => Some("1 phone number went along.".to_owned()),
        many => Some(format!("{many} phone numbers went along.")),
    };
    let close = move |()| open.set(false);
    let body = move || {
        if over.get() {
            return view! {
                <p class="flex items-center gap-2 font-medium" role="status">
                    <Icon glyph=lu::LuCircleCheck class="text-good" />
                    "The agent has moved"
                </p>
            }
            .into_any();
        }
        view! {
            <Progress label="Calls follow" done total=all unit="calls" started_ms=Signal::stored(Some(started)) />
            <p class="text-sm text-muted">
                "The agent has moved already, and new calls belong there. This goes on when you close the window."
            </p>
        }
        .into_any()
    };
    let failed = move || {
        error
            .get()
            .map(|error| view! { <p class="text-sm text-bad" role="alert">{error.advice()}</p> })
    };
    view! {
        <div class="grid gap-4">
            {body} {failed} {numbers.map(|text| view! { <p class="text-sm">{text}</p> })}
            <div>
                <Button on_press=close>"Close"</Button>
            </div>
        </div>
    }
    .into_any()
}
