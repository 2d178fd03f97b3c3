//! Removing a connection and all that came through it. The name is typed, as nothing brings it back.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::connection::Connection;

use super::connections::Connections;
use super::trouble::Trouble;
use crate::api::{self, ApiError};
use crate::format;
use crate::state::{Memo, Toasts};
use crate::ui::{Button, Dialog, Field, Input, Tone, Variant};

#[component]
pub(super) fn RemoveDialog(
    connection: Memo<Option<Connection>>,
    connections: Connections,
    open: RwSignal<bool>,
) -> AnyView {
    view! {
        <Dialog open title="Remove this connection?">
            <Remove connection connections open />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Remove(connection: Memo<Option<Connection>>, connections: Connections, open: RwSignal<bool>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let typed = RwSignal::new(String::new());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let name =
        Memo::new(move |_| connection.with(|c| c.as_ref().map(|c| c.name.clone()).unwrap_or_default()));
    let differs = Memo::new(move |_| typed.with(|typed| name.with(|name| typed.trim() != name.trim())));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let id = connection.with_untracked(|c| c.as_ref().map(|c| c.id));
        let (Some(id), false, false) = (id, differs.get_untracked(), asking.get_untracked()) else {
            return;
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::delete(&format!("/api/connections/{id}")).await {
                Ok(()) => {
                    toasts.show(
                        Tone::Good,
                        format!(
                            "{} is being removed",
                            name.try_get_untracked().unwrap_or_default()
                        ),
                    );
                    _ = open.try_set(false);
                    connections.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let what_goes = move || {
        connection.with(|connection| {
            connection.as_ref().map(|c| {
                format!(
                    "Its {} agents and {} calls, with transcripts and recordings, are erased here for good. Nothing changes \
                     at ElevenLabs, except that our webhook is taken away.",
                    format::integer(c.agents as f64),
                    format::integer(c.calls as f64)
                )
            })
        })
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <p>{what_goes}</p>
            <p class="text-sm">
                "To confirm, type " <strong class="font-semibold" dir="auto">{move || name.get()}</strong> "."
            </p>
            <Field label="Name of the connection">
                <Input value=typed autocomplete="off" autofocus=true />
            </Field>
            <Trouble error />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Keep it"</Button>
                <Button variant=Variant::Danger submit=true loading=asking disabled=differs>
                    "Remove connection"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
