//! Who is signed in, and what he may do.

use std::sync::Arc;

use leptos::prelude::*;
use shared::auth::Session;
use shared::{ErrorCode, Permission};

use crate::api::{self, ApiError};

#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// The server has not answered yet.
    Asking,
    SignedOut,
    SignedIn(Arc<Session>),
    /// Neither known nor knowable now.
    Failed(ApiError),
}

#[derive(Clone, Copy)]
pub struct SessionState(RwSignal<Status>);

impl SessionState {
    pub(super) fn provide() {
        let state = Self(RwSignal::new(Status::Asking));
        api::on_signed_out(Callback::new(move |()| state.0.set(Status::SignedOut)));
        provide_context(state);
        state.load();
    }

    pub fn here() -> Self {
        expect_context()
    }

    /// Asks the server again.
    pub fn load(self) {
        leptos::task::spawn_local(async move {
            let status = match api::get::<Session>("/api/auth/session").await {
                Ok(session) => Status::SignedIn(Arc::new(session)),
                Err(error) if error.code() == ErrorCode::NotSignedIn => Status::SignedOut,
                Err(error) => Status::Failed(error),
            };
            self.0.set(status);
        });
    }

    /// Takes the session that sign-in or a switch of organization replied with.
    pub fn enter(self, session: Session) {
        self.0.set(Status::SignedIn(Arc::new(session)));
    }

    /// Ends the session at the server, then here, whatever the server says: who wants to leave leaves.
    pub fn leave(self) {
        leptos::task::spawn_local(async move {
            if let Err(error) = api::post_empty("/api/auth/logout").await {
                leptos::logging::warn!("sign-out was not confirmed: {error}");
            }
            self.0.set(Status::SignedOut);
        });
    }

    pub fn status(self) -> Status {
        self.0.get()
    }

    pub fn session(self) -> Option<Arc<Session>> {
        self.0.with(|status| match status {
            Status::SignedIn(session) => Some(Arc::clone(session)),
            _ => None,
        })
    }

    /// Whether the session holds this permission; tracks the session.
    pub fn may(self, permission: Permission) -> bool {
        self.0
            .with(|status| matches!(status, Status::SignedIn(s) if s.permissions.contains(permission)))
    }

    /// The organization's IANA zone; UTC while nobody is signed in.
    pub fn zone(self) -> String {
        self.session().map_or_else(
            || "UTC".to_owned(),
            |session| session.organization.timezone.clone(),
        )
    }
}
