//! Short news at the foot of the screen; the queue is `state::Toasts`.

use leptos::prelude::*;

use super::button::{Button, Variant};
use super::icon::{Icon, lu};
use super::icon_button::IconButton;
use super::tone::Tone;
use crate::state::Toasts;

/// Mounted once, by the application.
#[component]
pub fn ToastList() -> AnyView {
    let toasts = expect_context::<Toasts>();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.list() key=|toast| toast.id let:toast>
                <div class=format!("toast {}", toast.tone.class())>
                    <Icon glyph=glyph(toast.tone) />
                    <p>{toast.text}</p>
                    {toast
                        .undo
                        .map(|undo| {
                            view! {
                                <Button
                                    small=true
                                    variant=Variant::Quiet
                                    on_press=move |()| {
                                        undo.run(());
                                        toasts.dismiss(toast.id);
                                    }
                                >
                                    "Undo"
                                </Button>
                            }
                        })}
                    <IconButton
                        glyph=lu::LuX
                        label="Dismiss"
                        small=true
                        tip_side="left"
                        on_press=move |()| toasts.dismiss(toast.id)
                    />
                </div>
            </For>
        </div>
    }
    .into_any()
}

fn glyph(tone: Tone) -> super::Glyph {
    match tone {
        Tone::Good => lu::LuCircleCheck,
        Tone::Warn => lu::LuTriangleAlert,
        Tone::Bad => lu::LuCircleX,
        Tone::Plain | Tone::Brand | Tone::Info => lu::LuInfo,
    }
}
