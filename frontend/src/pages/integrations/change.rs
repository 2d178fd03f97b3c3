//! Another name, or a new key of the same workspace.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::ErrorCode;
use shared::connection::{Connection, UpdateConnection};

use super::connections::Connections;
use super::trouble::Trouble;
use super::workspace::AnotherWorkspace;
use crate::api::{self, ApiError};
use crate::state::{Memo, Toasts};
use crate::ui::{Button, Dialog, Field, Input, SecretField, Tone, Variant};

#[component]
pub(super) fn RenameDialog(
    connection: Memo<Option<Connection>>,
    connections: Connections,
    open: RwSignal<bool>,
) -> AnyView {
    view! {
        <Dialog open title="Rename this connection">
            <Rename connection connections open />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Rename(connection: Memo<Option<Connection>>, connections: Connections, open: RwSignal<bool>) -> AnyView {
    let name = connection.with_untracked(|c| c.as_ref().map(|c| c.name.clone()).unwrap_or_default());
    let name = RwSignal::new(name);
    let change = Change::new(connection, connections, open, "Renamed");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        change.send(UpdateConnection {
            name: Some(name.get_untracked().trim().to_owned()),
            ..Default::default()
        });
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <Field label="Name" error=change.field("name")>
                <Input value=name autofocus=true />
            </Field>
            <Trouble error=change.error />
            <Foot change label="Rename" />
        </form>
    }
    .into_any()
}

#[component]
pub(super) fn ReplaceKeyDialog(
    connection: Memo<Option<Connection>>,
    connections: Connections,
    open: RwSignal<bool>,
) -> AnyView {
    view! {
        <Dialog open title="Replace the API key">
            <ReplaceKey connection connections open />
        </Dialog>
    }
    .into_any()
}

#[component]
fn ReplaceKey(
    connection: Memo<Option<Connection>>,
    connections: Connections,
    open: RwSignal<bool>,
) -> AnyView {
    let key = RwSignal::new(String::new());
    let change = Change::new(connection, connections, open, "The key is replaced");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        change.send(UpdateConnection {
            api_key: Some(key.get_untracked().trim().to_owned()),
            ..Default::default()
        });
    };
    let other = Memo::new(move |_| {
        change.error.with(|error| {
            error
                .as_ref()
                .is_some_and(|error| error.code() == ErrorCode::OtherWorkspace)
        })
    });
    let form = move || {
        view! {
            <form class="grid gap-4" novalidate on:submit=submit>
                <p class="text-sm text-muted">
                    "A key of the same workspace loses nothing: agents and calls stay. It is tested before the old one is forgotten."
                </p>
                <Field label="New API key" error=change.field("api_key")>
                    <SecretField value=key placeholder="sk_…" />
                </Field>
                <Trouble error=change.error />
                <Foot change label="Replace key" />
            </form>
        }
    };
    let body = move || match other.get() {
        true => view! { <AnotherWorkspace connection connections key open /> }.into_any(),
        false => form().into_any(),
    };
    body.into_any()
}

/// What both forms do with their answer.
#[derive(Clone, Copy)]
struct Change {
    connection: Memo<Option<Connection>>,
    connections: Connections,
    open: RwSignal<bool>,
    done: &'static str,
    asking: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    toasts: Toasts,
}

impl Change {
    fn new(
        connection: Memo<Option<Connection>>,
        connections: Connections,
        open: RwSignal<bool>,
        done: &'static str,
    ) -> Self {
        Self {
            connection,
            connections,
            open,
            done,
            asking: RwSignal::new(false),
            error: RwSignal::new(None),
            toasts: expect_context(),
        }
    }

    fn field(self, name: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.error
                .with(|error| error.as_ref().and_then(|error| error.field(name)))
        })
    }

    fn send(self, update: UpdateConnection) {
        let id = self.connection.with_untracked(|c| c.as_ref().map(|c| c.id));
        let (Some(id), false) = (id, self.asking.get_untracked()) else {
            return;
        };
        self.asking.set(true);
        self.error.set(None);
        leptos::task::spawn_local(async move {
            match api::patch::<Connection>(&format!("/api/connections/{id}"), &update).await {
                Ok(_) => {
                    self.toasts.show(Tone::Good, self.done);
                    self.connections.load();
                    _ = self.open.try_set(false);
                }
                Err(refused) => _ = self.error.try_set(Some(refused)),
            }
            _ = self.asking.try_set(false);
        });
    }
}

#[component]
fn Foot(change: Change, label: &'static str) -> AnyView {
    view! {
        <div class="flex justify-end gap-2">
            <Button on_press=move |()| change.open.set(false)>"Cancel"</Button>
            <Button variant=Variant::Primary submit=true loading=change.asking>
                {label}
            </Button>
        </div>
    }
    .into_any()
}
