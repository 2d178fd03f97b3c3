//! A link to the recording for a player or a program without a session.

use leptos::prelude::*;
use shared::CallId;
use shared::call::{AskRecordingLink, RecordingLink, RecordingUse};

use crate::api;
use crate::state::Toasts;
use crate::ui::{Button, CopyField, Tone, Variant, lu};

#[component]
pub(super) fn LinkButton(id: CallId) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let (asking, link) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let ask = move |()| {
        asking.set(true);
        leptos::task::spawn_local(async move {
            let wanted = AskRecordingLink {
                purpose: RecordingUse::Save,
            };
            match api::post::<RecordingLink>(&format!("/api/calls/{id}/recording/link"), &wanted).await {
                Ok(made) => {
                    let origin = window().location().origin().unwrap_or_default();
                    _ = link.try_set(Some(format!("{origin}{}", made.url)));
                }
                Err(error) => {
                    let text = format!("No link was made. {}", error.advice());
                    toasts.show(Tone::Bad, text);
                }
            }
            _ = asking.try_set(false);
        });
    };
    let made = move || {
        link.get().map(|value| {
            view! {
                <div class="grid basis-full gap-1">
                    <CopyField value />
                    <p class="text-xs text-muted">
                        "Whoever has this link can save the recording for ten minutes, without signing in."
                    </p>
                </div>
            }
        })
    };
    view! {
        <Button small=true variant=Variant::Quiet icon=lu::LuLink loading=asking on_press=ask>
            "Link for 10 minutes"
        </Button>
        {made}
    }
    .into_any()
}
