//! Recovery codes, shown once.

use leptos::prelude::*;

use crate::ui::{Button, CopyButton, Dialog, Variant};

/// Open while there are codes to show.
#[component]
pub(super) fn CodesDialog(codes: RwSignal<Vec<String>>) -> AnyView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if codes.with(|codes| !codes.is_empty()) {
            open.set(true);
        }
    });
    view! {
        <Dialog open title="Your recovery codes">
            <div class="grid gap-3">
                <p class="text-sm">
                    "Each signs you in once when the phone is not at hand. Keep them where you keep other secrets; they are not shown again."
                </p>
                <ul class="grid grid-cols-2 gap-1 font-mono text-sm" aria-label="Recovery codes">
                    {move || codes.get().into_iter().map(|code| view! { <li>{code}</li> }).collect_view()}
                </ul>
                <div class="flex items-center justify-end gap-2">
                    {move || view! { <CopyButton text=codes.with(|codes| codes.join("\n")) /> }}
                    <Button
                        variant=Variant::Primary
                        on_press=move |()| {
                            open.set(false);
                            codes.set(Vec::new());
                        }
                    >
                        "I have kept them"
                    </Button>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}
