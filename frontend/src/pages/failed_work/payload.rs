//! What was sent, word by word.

use leptos::prelude::*;
use shared::failure::DeliveryPayload;

use crate::api::{self, ApiError, Latest};
use crate::format;
use crate::ui::{ErrorState, Sheet, SkeletonRows};

#[component]
pub(super) fn PayloadSheet(chosen: RwSignal<Option<String>>) -> AnyView {
    let open = RwSignal::new(false);
    let read = RwSignal::new(None::<Result<DeliveryPayload, ApiError>>);
    let latest = Latest::new();
    Effect::new(move |_| {
        let Some(id) = chosen.get() else { return };
        read.set(None);
        open.set(true);
        leptos::task::spawn_local(async move {
            match api::get_latest::<DeliveryPayload>(&format!("/api/deliveries/{id}"), latest).await {
                Err(ApiError::Superseded) => {}
                reply => _ = read.try_set(Some(reply)),
            }
        });
    });
    // Closed: the same one can be opened again.
    Effect::new(move |_| {
        if !open.get() {
            chosen.set(None);
        }
    });
    view! {
        <Sheet open title="Delivery">
            {move || match read.get() {
                None => view! { <SkeletonRows rows=8 /> }.into_any(),
                Some(Err(error)) => view! { <ErrorState error /> }.into_any(),
                Some(Ok(payload)) => shown(payload),
            }}
        </Sheet>
    }
    .into_any()
}

fn shown(payload: DeliveryPayload) -> AnyView {
    let size = format!("{} bytes", format::integer(payload.bytes as f64));
    view! {
        <div class="grid gap-3 text-sm">
            <p class="text-muted">
                {payload.delivery.event_type.replace('_', " ")} ", " <span class="num">{size}</span>
                {payload.is_cut.then_some(", the beginning of it")}
            </p>
            <pre class="max-w-full overflow-x-auto rounded-md bg-hover p-3 text-xs whitespace-pre-wrap break-words" dir="auto" tabindex="0">
                {payload.payload}
            </pre>
        </div>
    }
    .into_any()
}
