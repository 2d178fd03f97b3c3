//! One connection: what it is, how it is, and what can be done with it.

use leptos::prelude::*;
use shared::connection::{Connection, ConnectionHealth};
use shared::{ConnectionId, Permission};

use super::change::{RenameDialog, ReplaceKeyDialog};
use super::completeness::CompletenessBox;
use super::connections::Connections;
use super::credits::{Credits, plan};
use super::recordings::RecordingsBox;
use super::region;
use super::remove::RemoveDialog;
use super::sync::SyncBox;
use super::webhook::WebhookBox;
use super::workspace::erasing;
use crate::format;
use crate::state::{Memo, SessionState};
use crate::ui::{Fact, Facts, Icon, Menu, MenuItem, MenuLine, StatusDot, Tone, When, lu};

#[component]
pub(super) fn ConnectionCard(id: ConnectionId, connections: Connections) -> AnyView {
    let connection = Memo::new(move |_| connections.find(id));
    // The card goes with its connection; until then every part has one to show.
    let part = move |read: fn(Connection) -> AnyView| move || connection.get().map(read);
    let name =
        Memo::new(move |_| connection.with(|c| c.as_ref().map(|c| c.name.clone()).unwrap_or_default()));
    // Nothing can be done with one that is being erased.
    let stays = Memo::new(move |_| connection.with(|c| c.as_ref().is_none_or(|c| !c.removing)));
    view! {
        <section class="card" aria-label=move || name.get() data-connection=id.to_string()>
            <div class="card-head">
                <h2 class="card-title min-w-0 truncate" dir="auto">
                    {move || name.get()}
                </h2>
                {part(health)}
                <Show when=move || stays.get()>
                    <Commands connection connections />
                </Show>
            </div>
            <div class="grid gap-5 p-4">{part(trouble)} {part(facts)} {part(change)}</div>
            <Show when=move || stays.get()>
                <div class="border-t border-line p-4">
                    <SyncBox connection connections />
                </div>
                <div class="border-t border-line p-4">
                    <RecordingsBox id connection />
                </div>
                <div class="border-t border-line p-4">
                    <CompletenessBox id connection connections />
                </div>
                <div class="border-t border-line p-4">
                    <WebhookBox connection connections />
                </div>
            </Show>
        </section>
    }
    .into_any()
}

fn health(connection: Connection) -> AnyView {
    let (tone, label) = match connection.health {
        _ if connection.removing => (Tone::Info, "Removing…"),
        ConnectionHealth::Healthy => (Tone::Good, "Healthy"),
        ConnectionHealth::KeyRefused => (Tone::Bad, "Key refused"),
        ConnectionHealth::ProviderTrouble => (Tone::Warn, "Provider trouble"),
    };
    view! {
        <span class="text-sm">
            <StatusDot tone label />
        </span>
    }
    .into_any()
}

fn trouble(connection: Connection) -> AnyView {
    if connection.removing {
        let words = "Its agents, calls and recordings are being erased. With a long history this takes a while; you can leave this page.";
        return view! { <p class="text-sm text-muted">{words}</p> }.into_any();
    }
    let fallback = match connection.health {
        ConnectionHealth::Healthy => return ().into_any(),
        ConnectionHealth::KeyRefused => {
            "ElevenLabs refuses the key. Nothing is fetched until it is replaced."
        }
        ConnectionHealth::ProviderTrouble => {
            "ElevenLabs fails or can not be reached. We go on trying by ourselves."
        }
    };
    let (tone, colour) = match connection.health {
        ConnectionHealth::KeyRefused => ("tone-bad", "text-bad"),
        _ => ("tone-warn", "text-warn"),
    };
    view! {
        <p class=format!("flex gap-2 text-sm break-words {tone}")>
            <span class=format!("flex h-5 items-center {colour}")>
                <Icon glyph=lu::LuTriangleAlert />
            </span>
            {connection.trouble.unwrap_or_else(|| fallback.to_owned())}
        </p>
    }
    .into_any()
}

fn change(connection: Connection) -> AnyView {
    connection.change.map(erasing).into_any()
}

fn facts(connection: Connection) -> AnyView {
    let region = region::name(&connection.base_url);
    let plan = plan(&connection.workspace);
    let count = |count: i64| format::integer(count as f64);
    let holds = format!(
        "{} agents, {} calls",
        count(connection.agents),
        count(connection.calls)
    );
    let checked = match connection.checked_at {
        Some(at) => view! { <When at /> }.into_any(),
        None => "Not yet".into_any(),
    };
    view! {
        <div class="grid items-start gap-x-8 gap-y-2 md:grid-cols-2">
            <Facts>
                <Fact name="Host">
                    <span class="break-all">{connection.base_url}</span>
                    <span class="block text-xs text-muted">{region}</span>
                </Fact>
                <Fact name="API key">
                    <span class="num">
                        <span aria-hidden="true">"•••• "</span>
                        <span class="sr-only">"ends with "</span>
                        {connection.key_last4}
                    </span>
                </Fact>
                <Fact name="Checked">{checked}</Fact>
            </Facts>
            <Facts>
                <Fact name="Plan">{plan}</Fact>
                <Fact name="Credits">
                    <Credits workspace=connection.workspace />
                </Fact>
                <Fact name="Holds">
                    <span class="num">{holds}</span>
                </Fact>
            </Facts>
        </div>
    }
    .into_any()
}

/// Only with `connections.manage`.
#[component]
fn Commands(connection: Memo<Option<Connection>>, connections: Connections) -> AnyView {
    let session = SessionState::here();
    let renaming = RwSignal::new(false);
    let replacing = RwSignal::new(false);
    let removing = RwSignal::new(false);
    view! {
        <Show when=move || session.may(Permission::ConnectionsManage)>
            <Menu
                trigger=Box::new(|| view! { <Icon glyph=lu::LuEllipsis /> }.into_any())
                trigger_class="btn btn-quiet btn-sm btn-icon"
                label="Change this connection"
                align_end=true
            >
                <MenuItem label="Rename" icon=lu::LuPencil on_press=move |()| renaming.set(true) />
                <MenuItem label="Replace key" icon=lu::LuKeyRound on_press=move |()| replacing.set(true) />
                <MenuLine />
                <MenuItem label="Remove" icon=lu::LuTrash2 danger=true on_press=move |()| removing.set(true) />
            </Menu>
            <RenameDialog connection connections open=renaming />
            <ReplaceKeyDialog connection connections open=replacing />
            <RemoveDialog connection connections open=removing />
        </Show>
    }
    .into_any()
}
