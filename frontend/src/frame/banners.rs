//! What everybody must know before reading anything else on the page.

use leptos::prelude::*;

use crate::state::SessionState;
use crate::ui::{Icon, Tone, lu};

#[component]
pub(super) fn Banners() -> AnyView {
    let session = SessionState::here();
    let demo = move || session.session().is_some_and(|session| session.demo);
    view! {
        <Show when=demo>
            <div class=format!("banner {}", Tone::Info.class()) role="note">
                <Icon glyph=lu::LuFlaskConical />
                <span>"Demo data: calls come from a simulator, nothing is dialled or charged."</span>
            </div>
        </Show>
    }
    .into_any()
}
