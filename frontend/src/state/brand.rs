//! The look of the organization, as the server left it in the page. What its colours are is worked out there.

use leptos::prelude::*;
use shared::auth::Session;
use shared::branding::{COOKIE, ELEMENT, Look};
use wasm_bindgen::JsCast;

use crate::api;

/// The look that the page was served in; the product's own where the server left none.
pub fn served_look() -> Look {
    let left = document().get_element_by_id(ELEMENT);
    left.and_then(|element| element.text_content())
        .and_then(|json| api::from_json(&json).ok())
        .unwrap_or_default()
}

/// What is shown now; in the context of the application.
#[derive(Clone, Copy)]
pub struct BrandState(RwSignal<Look>);

impl BrandState {
    pub(super) fn provide(session: Option<&Session>) {
        let state = Self(RwSignal::new(served_look()));
        if let Some(session) = session {
            state.follow(session);
        }
        provide_context(state);
    }

    /// That of the context, or where there is none, as before sign-in, that in which the page was served.
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::new(served_look())))
    }

    pub fn look(self) -> Look {
        self.0.get()
    }

    /// Shows the organization in which the session works; the next page is served in its look.
    pub fn follow(self, session: &Session) {
        remember(session);
        if self.0.with_untracked(|shown| *shown != session.look) {
            show(&session.look);
            self.0.set(session.look.clone());
        }
    }
}

/// So that the next page comes in this look, whether or not it is asked for by somebody signed in.
pub fn remember(session: &Session) {
    let cookie = format!(
        "{COOKIE}={}; Path=/; SameSite=Lax; Max-Age=31536000",
        session.organization.id
    );
    if let Ok(document) = document().dyn_into::<leptos::web_sys::HtmlDocument>() {
        // Refused where cookies are: then nobody can sign in either.
        _ = document.set_cookie(&cookie);
    }
}

fn show(look: &Look) {
    set_style(&look.style);
    let icon = look.favicon.as_deref().unwrap_or("/icon.svg");
    if let Ok(Some(link)) = document().query_selector("link[rel=icon]") {
        // Neither fails for an ordinary element.
        _ = link.remove_attribute("type");
        _ = link.set_attribute("href", icon);
    }
}

/// Recolours the interface at once, by declarations of `shared::palette`.
pub fn set_style(style: &str) {
    if let Some(root) = document().document_element() {
        // Fails only for a malformed name.
        _ = root.set_attribute("style", style);
    }
}
