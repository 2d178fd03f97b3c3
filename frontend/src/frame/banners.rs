//! What everybody must know before reading anything else on the page.

use leptos::prelude::*;

use super::enter::Entering;
use crate::state::SessionState;
use crate::ui::{Button, Icon, Tone, lu};

#[component]
pub(super) fn Banners() -> AnyView {
    let session = SessionState::here();
    let demo = move || session.session().is_some_and(|session| session.demo);
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
    }
    .into_any()
}
