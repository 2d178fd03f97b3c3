//! A lazily loaded page behind a permission: without it the chunk is not even fetched.

use leptos::prelude::*;
use leptos_router::{ChooseView, Lazy, LazyRoute};
use shared::Permission;

use super::page::Page;
use crate::state::SessionState;
use crate::ui::{EmptyState, lu};

/// Mounted as `view={Guarded::<Page>::new(permission)}`.
pub struct Guarded<T> {
    permission: Permission,
    page: Lazy<T>,
    session: SessionState,
}

impl<T> Guarded<T> {
    pub fn new(permission: Permission) -> Self {
        Self {
            permission,
            page: Lazy::new(),
            session: SessionState::here(),
        }
    }

    fn allowed(&self) -> bool {
        untrack(|| self.session.may(self.permission))
    }
}

impl<T> Clone for Guarded<T> {
    fn clone(&self) -> Self {
        Self {
            permission: self.permission,
            page: self.page.clone(),
            session: self.session,
        }
    }
}

impl<T: LazyRoute + Send + Sync> ChooseView for Guarded<T> {
    async fn choose(self) -> AnyView {
        if self.allowed() {
            self.page.choose().await
        } else {
            refusal(self.permission)
        }
    }

    async fn preload(&self) {
        if self.allowed() {
            self.page.preload().await;
        }
    }
}

fn refusal(permission: Permission) -> AnyView {
    let text = format!(
        "Your role does not include “{}”. An administrator can change that.",
        permission.label()
    );
    view! {
        <Page title="Not available">
            <EmptyState icon=lu::LuKeyRound title="Your role does not allow this" text=text />
        </Page>
    }
    .into_any()
}
