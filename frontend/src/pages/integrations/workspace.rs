//! The key of another workspace: what is here is erased for it, so the name is typed, as for a removal.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::Permission;
use shared::connection::{ChangeWorkspace, Connection, ConnectionContents, WorkspaceChange};

use super::connections::Connections;
use super::trouble::Trouble;
use crate::api::{self, ApiError};
use crate::format;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, ButtonLink, Field, Input, Progress, Skeleton, Tone, Variant, lu};

#[component]
pub(super) fn AnotherWorkspace(
    connection: Memo<Option<Connection>>,
    connections: Connections,
    key: RwSignal<String>,
    open: RwSignal<bool>,
) -> AnyView {
    if !SessionState::here().may(Permission::ConnectionsRemove) {
        return view! {
            <p class="text-sm text-muted">
                "It can take the place of the one that is connected, whose agents and calls are erased then. Somebody who may remove connections can do that."
            </p>
        }
        .into_any();
    }
    let toasts = expect_context::<Toasts>();
    let typed = RwSignal::new(String::new());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let contents = RwSignal::new(None::<ConnectionContents>);
    let id = connection.with_untracked(|c| c.as_ref().map(|c| c.id));
    leptos::task::spawn_local(async move {
        let Some(id) = id else { return };
        match api::get::<ConnectionContents>(&format!("/api/connections/{id}/contents")).await {
            Ok(found) => _ = contents.try_set(Some(found)),
            Err(refused) => _ = error.try_set(Some(refused)),
        }
    });
    let name =
        Memo::new(move |_| connection.with(|c| c.as_ref().map(|c| c.name.clone()).unwrap_or_default()));
    // Not before it was said what goes.
    let differs = Memo::new(move |_| {
        contents.with(Option::is_none) || typed.with(|typed| name.with(|name| typed.trim() != name.trim()))
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(id), false, false) = (id, differs.get_untracked(), asking.get_untracked()) else {
            return;
        };
        asking.set(true);
        error.set(None);
        let body = ChangeWorkspace {
            api_key: key.get_untracked().trim().to_owned(),
            confirm_name: typed.get_untracked().trim().to_owned(),
        };
        leptos::task::spawn_local(async move {
            match api::post::<Connection>(&format!("/api/connections/{id}/workspace"), &body).await {
                Ok(_) => {
                    toasts.show(
                        Tone::Good,
                        "The workspace is changed. What was here is being erased",
                    );
                    _ = open.try_set(false);
                    connections.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let what_goes = move || match contents.get() {
        Some(contents) => goes(contents),
        None => view! { <Skeleton class="h-20 w-full" /> }.into_any(),
    };
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <p>
                "This key belongs to another workspace. It can take the place of the one that is connected. Then these are erased here for good:"
            </p>
            {what_goes}
            <p class="text-sm text-muted">
                "Afterwards the other workspace is synced from the beginning; its webhook is registered anew. Nothing changes at ElevenLabs, except that our webhook is taken away from the old workspace."
            </p>
            <div class="grid justify-items-start gap-2">
                <ButtonLink href="/exports" icon=lu::LuDownload small=true>
                    "Export the calls first"
                </ButtonLink>
                {move || {
                    let several = contents.with(|c| c.as_ref().is_some_and(|c| c.organizations > 1));
                    several
                        .then_some(
                            view! {
                                <p class="text-sm text-muted">
                                    "An export holds the calls of one organization: enter each customer to export his."
                                </p>
                            },
                        )
                }}
            </div>
            <p class="text-sm">
                "To confirm, type " <strong class="font-semibold" dir="auto">{move || name.get()}</strong> "."
            </p>
            <Field label="Name of the connection">
                <Input value=typed autocomplete="off" />
            </Field>
            <Trouble error conflict="It can not take this place" />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Keep what is here"</Button>
                <Button variant=Variant::Danger submit=true loading=asking disabled=differs>
                    "Erase and change workspace"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

fn goes(contents: ConnectionContents) -> AnyView {
    let count = |count: i64| format::integer(count as f64);
    let megabytes = format::decimal(contents.recording_bytes as f64 / 1_000_000.0);
    let lines = [
        format!("{} agents", count(contents.agents)),
        match contents.organizations {
            0 | 1 => format!("{} calls with their transcripts", count(contents.calls)),
            several => format!(
                "{} calls with their transcripts, in {} organizations",
                count(contents.calls),
                count(several)
            ),
        },
        format!("{} recordings ({megabytes} MB)", count(contents.recordings)),
        format!("{} phone numbers", count(contents.phone_numbers)),
    ];
    view! {
        <ul class="num list-disc pl-5" aria-label="What is erased">
            {lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
        </ul>
    }
    .into_any()
}

/// How far the erasing of the workspace before has come.
pub(super) fn erasing(change: WorkspaceChange) -> AnyView {
    let done = (change.calls - change.calls_left).max(0) as f64;
    let started = Some(change.started_at.timestamp_millis() as f64);
    view! {
        <div class="grid gap-2">
            <Progress
                label="Erasing what came from the workspace before"
                done
                total=Signal::stored(Some(change.calls as f64))
                unit="calls"
                started_ms=Signal::stored(started)
            />
            <p class="text-sm text-muted">
                "The new workspace is synced when this is done. You can leave this page."
            </p>
        </div>
    }
    .into_any()
}
