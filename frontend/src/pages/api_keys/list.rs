//! The keys, newest first.

use leptos::prelude::*;
use shared::Permission;
use shared::api_key::ApiKey;

use super::KeyList;
use crate::api::{self, ApiError};
use crate::format;
use crate::pages::refused::Refused;
use crate::state::{SessionState, Toasts};
use crate::ui::{Badge, Button, Tone, Variant, When};

#[component]
pub(super) fn Keys(keys: Vec<ApiKey>, list: KeyList) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let may_revoke = SessionState::here().may(Permission::ApiKeysManage);
    let error = RwSignal::new(None::<ApiError>);
    let revoke = move |path: String| {
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::delete(&path).await {
                Ok(()) => {
                    toasts.show(Tone::Good, "The key is revoked");
                    list.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
        });
    };
    let row = move |key: ApiKey| {
        let path = format!("/api/api-keys/{}", key.id);
        let sure = RwSignal::new(false);
        // The browser's clock: chrono has none here.
        let is_over = key
            .expires_at
            .is_some_and(|end| end.timestamp_millis() as f64 <= format::now_ms());
        let state = match (key.revoked_at, is_over) {
            (Some(_), _) => Some("Revoked"),
            (None, true) => Some("Expired"),
            (None, false) => None,
        };
        let labels: Vec<_> = key.permissions.iter().map(Permission::label).collect();
        let used = match key.last_used_at {
            Some(at) => view! { "last used " <When at /> }.into_any(),
            None => "never used".into_any(),
        };
        let ends = key.expires_at.map(|at| view! { " · expires " <When at /> });
        let control = (may_revoke && key.revoked_at.is_none()).then(|| {
            let press = move |()| {
                if sure.get_untracked() {
                    revoke(path.clone());
                } else {
                    sure.set(true);
                }
            };
            view! {
                <Button small=true variant=Variant::Danger on_press=press>
                    {move || if sure.get() { "Really revoke" } else { "Revoke" }}
                </Button>
            }
        });
        view! {
            <li class="flex items-start justify-between gap-4 px-4 py-3">
                <div class="min-w-0">
                    <div class="flex flex-wrap items-center gap-2">
                        <span class="font-medium" dir="auto">{key.name}</span>
                        <code class="text-sm text-muted">{key.prefix} "…"</code>
                        {state.map(|state| view! { <Badge tone=Tone::Bad>{state}</Badge> })}
                    </div>
                    <p class="text-sm">{labels.join(", ")}</p>
                    <p class="text-sm text-muted">
                        {used} {key.last_used_ip.map(|ip| format!(" from {ip}"))} " · made by " {key.created_by.name} {ends}
                        {(!key.networks.is_empty()).then(|| format!(" · only from {}", key.networks.join(", ")))}
                    </p>
                </div>
                {control}
            </li>
        }
    };
    view! {
        <ul class="divide-y divide-line" aria-label="API keys">{keys.into_iter().map(row).collect_view()}</ul>
        <Refused error fields=&[] />
    }
    .into_any()
}
