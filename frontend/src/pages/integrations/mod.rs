//! The connected ElevenLabs workspaces: health, sync, webhook, and connecting another one.

mod card;
mod change;
mod completeness;
mod connect;
mod connections;
mod credits;
mod recordings;
mod region;
mod remove;
mod sync;
mod trouble;
mod webhook;
mod workspace;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::Permission;

use crate::frame::Page;
use crate::state::{Memo, SessionState};
use crate::ui::{Button, Card, EmptyState, ErrorState, Sheet, Skeleton, Variant, lu};
use card::ConnectionCard;
use connect::ConnectForm;
use connections::Connections;

/// `/settings/integrations`.
pub struct IntegrationsPage;

#[lazy_route]
impl LazyRoute for IntegrationsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Integrations /> }.into_any()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Waiting,
    Failed,
    Nothing,
    List,
}

#[component]
fn Integrations() -> AnyView {
    let session = SessionState::here();
    let connections = Connections::follow();
    let connecting = RwSignal::new(false);
    let may_manage = Memo::new(move |_| session.may(Permission::ConnectionsManage));
    let shown = Memo::new(
        move |_| match connections.list.with(|list| list.as_ref().map(Vec::is_empty)) {
            Some(true) => Shown::Nothing,
            Some(false) => Shown::List,
            None if connections.error.with(Option::is_some) => Shown::Failed,
            None => Shown::Waiting,
        },
    );
    let body = move || match shown.get() {
        Shown::Waiting => view! { <Waiting /> }.into_any(),
        Shown::Failed => untrack(|| connections.error.get())
            .map(|error| {
                view! {
                    <Card>
                        <ErrorState error retry=Callback::new(move |()| connections.load()) />
                    </Card>
                }
            })
            .into_any(),
        Shown::Nothing => view! { <Nothing may_manage connecting /> }.into_any(),
        Shown::List => view! {
            <div class="grid gap-4">
                <For each=move || connections.ids() key=|id| *id let:id>
                    <ConnectionCard id connections />
                </For>
            </div>
        }
        .into_any(),
    };
    let actions = move || {
        view! {
            <Show when=move || may_manage.get() && shown.get() == Shown::List>
                <Button variant=Variant::Primary icon=lu::LuPlus on_press=move |()| connecting.set(true)>
                    "Connect workspace"
                </Button>
            </Show>
        }
    };
    view! {
        <Page title="Integrations" actions>
            <div class="mx-auto max-w-[960px]">{body}</div>
            <Sheet open=connecting title="Connect an ElevenLabs workspace">
                <ConnectForm connections open=connecting />
            </Sheet>
        </Page>
    }
    .into_any()
}

#[component]
fn Nothing(may_manage: Memo<bool>, connecting: RwSignal<bool>) -> AnyView {
    let body = move || {
        if may_manage.get() {
            view! {
                <EmptyState
                    icon=lu::LuPlug
                    title="No workspace is connected"
                    text="Connect an ElevenLabs workspace with one of its API keys. Its agents and its whole call history \
                    are fetched, and running calls can be watched from then on."
                >
                    <Button variant=Variant::Primary icon=lu::LuPlus on_press=move |()| connecting.set(true)>
                        "Connect workspace"
                    </Button>
                </EmptyState>
            }
        } else {
            view! {
                <EmptyState
                    icon=lu::LuPlug
                    title="No workspace is connected"
                    text="An administrator of your organization can connect one."
                />
            }
        }
    };
    view! { <Card>{body}</Card> }.into_any()
}

#[component]
fn Waiting() -> AnyView {
    view! {
        <div role="status" aria-label="Loading">
            <Card padded=true>
                <div class="grid gap-5">
                    <div class="flex items-center justify-between">
                        <Skeleton class="h-5 w-48" />
                        <Skeleton class="h-5 w-24" />
                    </div>
                    <div class="grid gap-4 md:grid-cols-2">
                        <Skeleton class="h-24 w-full" />
                        <Skeleton class="h-24 w-full" />
                    </div>
                    <Skeleton class="h-16 w-full" />
                    <Skeleton class="h-24 w-full" />
                </div>
            </Card>
        </div>
    }
    .into_any()
}
