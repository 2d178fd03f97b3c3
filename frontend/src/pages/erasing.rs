//! What would be erased, and the word that has to be typed before it is.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::erasure::{Erasure, ErasurePreview, OrderErasure, PreviewErasure, Subject};

use crate::api::{self, ApiError};
use crate::format;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, ErrorState, Field, Input, SkeletonRows, Tone, Variant};

#[component]
pub fn EraseForm(subject: Subject, done: Callback<Erasure>, cancel: Callback<()>) -> AnyView {
    let preview = RwSignal::new(None::<Result<ErasurePreview, ApiError>>);
    let asked = subject.clone();
    leptos::task::spawn_local(async move {
        let request = PreviewErasure { subject: asked };
        let reply = api::post::<ErasurePreview>("/api/erasures/preview", &request).await;
        _ = preview.try_set(Some(reply));
    });
    let body = move || match preview.get() {
        None => view! { <SkeletonRows rows=3 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorState error /> }.into_any(),
        Some(Ok(found)) if found.calls == 0 => view! {
            <p>"No call fits. Check the number or the address."</p>
            <div class="flex justify-end pt-4">
                <Button on_press=move |()| cancel.run(())>"Close"</Button>
            </div>
        }
        .into_any(),
        Some(Ok(found)) => view! { <Confirm subject=subject.clone() found done cancel /> }.into_any(),
    };
    body.into_any()
}

#[component]
fn Confirm(
    subject: Subject,
    found: ErasurePreview,
    done: Callback<Erasure>,
    cancel: Callback<()>,
) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let zone = untrack(|| SessionState::here().zone());
    let form = Form::new();
    let typed = RwSignal::new(String::new());
    let wanted = found.confirmation.clone();
    let differs = Memo::new(move |_| typed.with(|typed| typed.trim() != wanted));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if differs.get_untracked() || !form.begins(Ok(())) {
            return;
        }
        let request = OrderErasure {
            subject: subject.clone(),
            confirmation: typed.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match api::post::<Erasure>("/api/erasures", &request).await {
                Ok(erasure) => {
                    toasts.show(
                        Tone::Good,
                        "It is being erased. The certificate stands under Settings, Erasing calls.",
                    );
                    form.end();
                    _ = done.try_run(erasure);
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    let count = |n: i64, one: &str, many: &str| {
        format!(
            "{} {}",
            format::integer(n as f64),
            if n == 1 { one } else { many }
        )
    };
    let span = found.first_at.zip(found.last_at).map(|(first, last)| {
        if first == last {
            format::exact(first, &zone)
        } else {
            format!(
                "{} to {}",
                format::date_time(first, &zone),
                format::date_time(last, &zone)
            )
        }
    });
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <ul class="list-disc pl-5 text-sm">
                <li>{count(found.calls, "call", "calls")} {span.map(|span| format!(", {span}"))}</li>
                <li>{count(found.turns, "turn of transcript", "turns of transcript")}</li>
                <li>{count(found.recordings, "recording", "recordings")}</li>
                <li>{count(found.notes, "note", "notes")}</li>
            </ul>
            <p class="text-sm text-muted">
                "They are erased here, in storage and at ElevenLabs, and do not come back. Files that were exported so far are withdrawn. "
                "Figures of the past and used minutes stay as they are. A certificate without personal data is kept."
            </p>
            {(found.running > 0)
                .then(|| view! { <p class="text-sm" role="alert">"A call is still running. Wait until it has ended."</p> })}
            <Field label=format!("Type {} to confirm", found.confirmation)>
                <Input value=typed autocomplete="off" autofocus=true />
            </Field>
            <Refused error=form.error fields=&[] />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| cancel.run(())>"Cancel"</Button>
                <Button variant=Variant::Danger submit=true loading=form.busy disabled=differs>
                    "Erase for good"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
