//! How the provider tells us of ended calls: its webhook, registered by us or made there by hand.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::Permission;
use shared::connection::{Connection, WebhookSecret, WebhookStatus};

use super::connections::Connections;
use super::trouble::Trouble;
use crate::api::{self, ApiError};
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, CopyField, Field, SecretField, StatusDot, Tone, When, lu};

#[component]
pub(super) fn WebhookBox(connection: Memo<Option<Connection>>, connections: Connections) -> AnyView {
    let session = SessionState::here();
    let status = Memo::new(move |_| connection.with(|c| c.as_ref().map(|c| c.webhook.clone())));
    let url = Memo::new(move |_| status.with(|s| s.as_ref().map(|s| s.url.clone()).unwrap_or_default()));
    view! {
        <div class="grid gap-3">
            <div class="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
                <h3 class="font-semibold">"Webhook"</h3>
                {move || status.get().map(state)}
            </div>
            {move || view! { <CopyField value=url.get() /> }}
            <Show when=move || session.may(Permission::ConnectionsManage)>
                <Register connection status connections />
                <ByHand connection connections />
            </Show>
        </div>
    }
    .into_any()
}

fn state(status: WebhookStatus) -> AnyView {
    let (tone, label) = match (status.has_secret, status.registered) {
        (true, true) => (Tone::Good, "Registered"),
        (true, false) => (Tone::Good, "Set up by hand"),
        (false, _) => (Tone::Warn, "Not set up: ended calls appear with a delay"),
    };
    view! {
        <StatusDot tone label />
        <span class="text-muted">
            {match status.last_received_at {
                Some(at) => {
                    view! {
                        "Last received "
                        <When at />
                    }
                        .into_any()
                }
                None => "Nothing received yet".into_any(),
            }}
        </span>
    }
    .into_any()
}

/// Through the provider's API: the usual way.
#[component]
fn Register(
    connection: Memo<Option<Connection>>,
    status: Memo<Option<WebhookStatus>>,
    connections: Connections,
) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let registered =
        Memo::new(move |_| status.with(|s| s.as_ref().is_some_and(|s| s.registered && s.has_secret)));
    let register = move |()| {
        let Some(id) = connection.with_untracked(|c| c.as_ref().map(|c| c.id)) else {
            return;
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::post_empty(&format!("/api/connections/{id}/webhook")).await {
                Ok(()) => {
                    toasts.show(Tone::Good, "The webhook is registered at ElevenLabs");
                    connections.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    view! {
        <div class="flex flex-wrap items-center gap-3">
            <Button icon=lu::LuWebhook loading=asking on_press=register>
                {move || if registered.get() { "Register again" } else { "Register webhook" }}
            </Button>
            <span class="text-sm text-muted">
                {move || {
                    if registered.get() {
                        "Repairs it when somebody changed it at ElevenLabs."
                    } else {
                        "Sets it up at ElevenLabs with the key of this connection."
                    }
                }}
            </span>
        </div>
        <Trouble error conflict="Another webhook is set already" />
    }
    .into_any()
}

/// For keys that may not register webhooks.
#[component]
fn ByHand(connection: Memo<Option<Connection>>, connections: Connections) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let secret = RwSignal::new(String::new());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let store = move |event: SubmitEvent| {
        event.prevent_default();
        let id = connection.with_untracked(|c| c.as_ref().map(|c| c.id));
        let (Some(id), false) = (id, asking.get_untracked()) else {
            return;
        };
        let request = WebhookSecret {
            secret: secret.get_untracked().trim().to_owned(),
        };
        asking.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            let reply = api::put::<WebhookStatus>(&format!("/api/connections/{id}/webhook"), &request).await;
            match reply {
                Ok(_) => {
                    toasts.show(
                        Tone::Good,
                        "The secret is stored: webhooks are accepted from now on",
                    );
                    _ = secret.try_set(String::new());
                    connections.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let field_error = Signal::derive(move || error.with(|e| e.as_ref().and_then(|e| e.field("secret"))));
    view! {
        <details>
            <summary class="w-fit cursor-pointer text-sm font-medium text-muted hover:text-ink">
                "Set it up by hand instead"
            </summary>
            <form class="mt-3 grid max-w-[60ch] gap-3" novalidate on:submit=store>
                <p class="text-sm text-muted">
                    "Create a post-call webhook with the address above at ElevenLabs → Developers → Webhooks, and choose \
                    it at Agents → Settings. Paste the secret that ElevenLabs shows once when it is made: with it we tell \
                    real messages from forged ones."
                </p>
                <Field label="Webhook secret" error=field_error>
                    <SecretField value=secret placeholder="wsec_…" />
                </Field>
                <Trouble error />
                <div>
                    <Button submit=true loading=asking disabled=Signal::derive(move || secret.with(|s| s.trim().is_empty()))>
                        "Store secret"
                    </Button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
