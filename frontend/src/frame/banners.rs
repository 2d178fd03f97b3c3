//! What everybody must know before reading anything else on the page.

use leptos::prelude::*;

use super::enter::Entering;
use crate::api;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{Button, Icon, Tone, lu};

#[component]
pub(super) fn Banners() -> AnyView {
    let session = SessionState::here();
    let demo = move || session.session().is_some_and(|session| session.demo);
    let preview = Memo::new(move |_| {
        let session = session.session()?;
        session.preview.as_ref().map(|preview| preview.label.clone())
    });
    let entering = Entering::here();
    let visit = move || {
        let session = session.session()?;
        let home = session.member_of.clone().filter(|_| session.from_above)?;
        let words = format!(
            "You work in {} as {}’s {}.",
            session.organization.name, home.name, session.role
        );
        let leave = move |()| entering.go(home.id, home.name.clone());
        Some(view! {
            <div class=format!("banner {}", Tone::Warn.class()) role="note">
                <Icon glyph=lu::LuDoorOpen />
                <span dir="auto">{words}</span>
                <Button small=true on_press=leave>
                    "Leave"
                </Button>
            </div>
        })
    };
    view! {
        {visit}
        <Show when=demo>
            <div class=format!("banner {}", Tone::Info.class()) role="note">
                <Icon glyph=lu::LuFlaskConical />
                <span>"Demo data: calls come from a simulator, nothing is dialled or charged."</span>
            </div>
        </Show>
        {move || preview.get().map(|label| view! { <PreviewBanner label /> })}
    }
    .into_any()
}

/// As whom the product is looked at, and the way back.
#[component]
fn PreviewBanner(label: String) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let asking = RwSignal::new(false);
    let end = move |()| {
        asking.set(true);
        leptos::task::spawn_local(async move {
            match api::delete("/api/auth/preview").await {
                // All that is shown was read with other permissions.
                Ok(()) => _ = window().location().assign("/"),
                Err(error) => {
                    toasts.show(Tone::Bad, format!("{}. {}", error.title(), error.advice()));
                    _ = asking.try_set(false);
                }
            }
        });
    };
    view! {
        <div class=format!("banner {}", Tone::Warn.class()) role="note">
            <Icon glyph=lu::LuEye />
            <span dir="auto">{format!("You see the product as the role {label}. Nothing can be changed.")}</span>
            <Button small=true loading=asking on_press=end>
                "End preview"
            </Button>
        </div>
    }
    .into_any()
}
