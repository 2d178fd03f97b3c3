//! The members that are shown: pages by cursor, searched by name or address.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use serde::Serialize;
use shared::Page;
use shared::member::Member;

use crate::api::{self, ApiError, Latest};
use shared::ErrorCode;

/// Milliseconds between the last letter and the search.
const TYPING: u32 = 180;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// Nothing has been shown yet.
    First,
    Ready,
    Failed(ApiError),
}

#[derive(Serialize)]
struct Query<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
}

#[derive(Clone, Copy)]
pub(super) struct MemberList {
    pub rows: RwSignal<Vec<Member>>,
    pub phase: RwSignal<Phase>,
    /// Part of name or address, as it is typed.
    pub wanted: RwSignal<String>,
    pub loading_more: RwSignal<bool>,
    cursor: RwSignal<Option<String>>,
    latest: Latest,
    typing: StoredValue<Option<Timeout>, LocalStorage>,
}

impl MemberList {
    pub fn follow() -> Self {
        let list = Self {
            rows: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::First),
            wanted: RwSignal::new(String::new()),
            loading_more: RwSignal::new(false),
            cursor: RwSignal::new(None),
            latest: Latest::new(),
            typing: StoredValue::new_local(None),
        };
        list.load();
        Effect::new(move |before: Option<()>| {
            list.wanted.track();
            if before.is_some() {
                // The search that was waiting is dropped, and with it called off.
                list.typing
                    .set_value(Some(Timeout::new(TYPING, move || list.load())));
            }
        });
        list
    }

    pub fn has_more(self) -> bool {
        self.cursor.with(Option::is_some)
    }

    pub fn error(self) -> Option<ApiError> {
        match self.phase.get() {
            Phase::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Reads from the first member on.
    pub fn load(self) {
        self.read(None);
    }

    pub fn load_more(self) {
        if let Some(cursor) = self.cursor.get_untracked() {
            self.loading_more.set(true);
            self.read(Some(cursor));
        }
    }

    fn read(self, cursor: Option<String>) {
        leptos::task::spawn_local(async move {
            let wanted = self.wanted.get_untracked();
            let query = Query {
                q: Some(wanted.trim()).filter(|wanted| !wanted.is_empty()),
                cursor: cursor.as_deref(),
            };
            let path = api::with_query("/api/members", &query);
            match api::get_latest::<Page<Member>>(&path, self.latest).await {
                Ok(page) => {
                    _ = self.rows.try_update(|rows| {
                        if cursor.is_none() {
                            rows.clear();
                        }
                        rows.extend(page.items);
                    });
                    _ = self.cursor.try_set(page.next_cursor);
                    _ = self.phase.try_set(Phase::Ready);
                }
                // A newer one was asked meanwhile, and shows its own answer.
                Err(ApiError::Superseded) => return,
                Err(error) => {
                    // Not signed in leads away by itself.
                    if error.code() != ErrorCode::NotSignedIn {
                        _ = self.phase.try_set(Phase::Failed(error));
                    }
                }
            }
            _ = self.loading_more.try_set(false);
        });
    }
}
