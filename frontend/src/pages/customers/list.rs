//! The organizations that are shown: pages by cursor, searched and filtered.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use serde::Serialize;
use shared::customer::OrganizationSummary;
use shared::page::DEFAULT_LIMIT;
use shared::{OrganizationId, Page};

use crate::api::{self, ApiError, Latest};

/// Milliseconds between the last letter and the search.
const TYPING: u32 = 180;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    First,
    Ready,
    Failed(ApiError),
}

#[derive(Serialize)]
struct Query {
    limit: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

#[derive(Clone, Copy)]
pub(super) struct CustomerList {
    pub rows: RwSignal<Vec<OrganizationSummary>>,
    pub phase: RwSignal<Phase>,
    pub wanted: RwSignal<String>,
    pub status: RwSignal<Option<String>>,
    pub cursor: RwSignal<Option<String>>,
    pub loading_more: RwSignal<bool>,
    latest: Latest,
    typing: StoredValue<Option<Timeout>, LocalStorage>,
}

impl CustomerList {
    pub fn follow() -> Self {
        let list = Self {
            rows: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::First),
            wanted: RwSignal::new(String::new()),
            status: RwSignal::new(None),
            cursor: RwSignal::new(None),
            loading_more: RwSignal::new(false),
            latest: Latest::new(),
            typing: StoredValue::new_local(None),
        };
        list.load();
        Effect::new(move |before: Option<()>| {
            list.wanted.track();
            list.status.track();
            if before.is_some() {
                // The search that was waiting is dropped, and with it called off.
                list.typing
                    .set_value(Some(Timeout::new(TYPING, move || list.load())));
            }
        });
        list
    }

    pub fn is_filtered(self) -> bool {
        !self.wanted.with(|wanted| wanted.trim().is_empty()) || self.status.with(Option::is_some)
    }

    pub fn clear(self) {
        self.wanted.set(String::new());
        self.status.set(None);
    }

    /// Reads from the first on.
    pub fn load(self) {
        self.read(None);
    }

    pub fn load_more(self) {
        let cursor = self.cursor.get_untracked();
        if cursor.is_some() && !self.loading_more.get_untracked() {
            self.loading_more.set(true);
            self.read(cursor);
        }
    }

    pub fn with_row<T>(self, id: OrganizationId, read: impl FnOnce(&OrganizationSummary) -> T) -> Option<T> {
        self.rows
            .with(|rows| rows.iter().find(|row| row.id == id).map(read))
    }

    fn read(self, cursor: Option<String>) {
        let goes_on = cursor.is_some();
        let query = Query {
            limit: DEFAULT_LIMIT,
            q: self.wanted.get_untracked().trim().to_owned(),
            status: self.status.get_untracked(),
            cursor,
        };
        leptos::task::spawn_local(async move {
            let path = api::with_query("/api/organizations", &query);
            match api::get_latest::<Page<OrganizationSummary>>(&path, self.latest).await {
                Ok(page) => {
                    _ = self.rows.try_update(|rows| {
                        if !goes_on {
                            rows.clear();
                        }
                        rows.extend(page.items);
                    });
                    _ = self.cursor.try_set(page.next_cursor);
                    _ = self.phase.try_set(Phase::Ready);
                }
                Err(ApiError::Superseded) => {}
                Err(error) => _ = self.phase.try_set(Phase::Failed(error)),
            }
            _ = self.loading_more.try_set(false);
        });
    }
}
