//! Who is signed in, and what he may do.

use std::sync::Arc;

use leptos::prelude::*;
use shared::auth::Session;
use shared::{ErrorCode, Permission};

use super::brand::BrandState;
use crate::{address, api};

/// The session of the application; none once it has ended, and on the catalogue of components.
#[derive(Clone, Copy)]
pub struct SessionState {
    session: RwSignal<Option<Arc<Session>>>,
    asking: StoredValue<bool>,
    brand: BrandState,
}

impl SessionState {
    pub(super) fn provide(session: Option<Session>) {
        let state = Self {
            session: RwSignal::new(session.map(Arc::new)),
            asking: StoredValue::new(false),
            brand: BrandState::here(),
        };
        // Whichever request learns of it: the session itself has the last word, so that one odd reply
        // does not lead to the sign-in page and back for ever.
        api::on_signed_out(Callback::new(move |()| state.load()));
        // Another tab may have signed out or switched the organization while this one was not looked at.
        let seen = window_event_listener_untyped("visibilitychange", move |_| {
            let visible = document().visibility_state() == leptos::web_sys::VisibilityState::Visible;
            if visible && state.session.with_untracked(Option::is_some) {
                state.load();
            }
        });
        on_cleanup(move || seen.remove());
        provide_context(state);
    }

    pub fn here() -> Self {
        expect_context()
    }

    /// Asks the server again. Where the session has ended, this leads to the sign-in page; where it works in another
    /// organization now, all that is shown belongs to the old one, and the application begins anew.
    pub fn load(self) {
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        leptos::task::spawn_local(async move {
            let reply = api::get::<Session>("/api/auth/session").await;
            self.asking.set_value(false);
            match reply {
                Ok(session) => self.take(session),
                Err(error) if error.code() == ErrorCode::NotSignedIn => address::leave(),
                // What is shown stays; the next request asks again.
                Err(error) => leptos::logging::warn!("the session could not be read: {error}"),
            }
        });
    }

    fn take(self, session: Session) {
        let moved = self.session.with_untracked(|before| {
            before.as_deref().is_some_and(|before| {
                (before.organization.id, before.user.id) != (session.organization.id, session.user.id)
            })
        });
        if moved {
            super::brand::remember(&session);
            // Fails only for an address that is none.
            _ = window().location().assign("/");
        } else {
            self.brand.follow(&session);
            self.session.set(Some(Arc::new(session)));
        }
    }

    /// Ends the session at the server, then here, whatever the server says: who wants to leave leaves.
    pub fn leave(self) {
        leptos::task::spawn_local(async move {
            if let Err(error) = api::post_empty("/api/auth/logout").await {
                leptos::logging::warn!("sign-out was not confirmed: {error}");
            }
            address::leave();
        });
    }

    pub fn session(self) -> Option<Arc<Session>> {
        self.session.get()
    }

    /// Whether the session holds this permission; tracks the session.
    pub fn may(self, permission: Permission) -> bool {
        self.session.with(|session| {
            session
                .as_ref()
                .is_some_and(|s| s.permissions.contains(permission))
        })
    }

    /// The organization's IANA zone; UTC while nobody is signed in.
    pub fn zone(self) -> String {
        self.session().map_or_else(
            || "UTC".to_owned(),
            |session| session.organization.timezone.clone(),
        )
    }
}
