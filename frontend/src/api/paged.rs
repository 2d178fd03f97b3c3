//! A list that is read page by page, and anew with every other question.

use std::rc::Rc;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use shared::Page;

use super::{ApiError, Latest, get_latest};

#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Nothing has been shown yet.
    First,
    /// Another question; the old rows are still shown.
    Loading,
    Ready,
    Failed(ApiError),
}

/// Rows of `T` behind an address that takes `cursor`.
pub struct Paged<T: Send + Sync + 'static> {
    pub rows: RwSignal<Vec<T>>,
    pub phase: RwSignal<Phase>,
    pub loading_more: RwSignal<bool>,
    cursor: RwSignal<Option<String>>,
    /// The address without a cursor, as the filters stand now; it has a query already.
    address: StoredValue<Rc<dyn Fn() -> String>, LocalStorage>,
    latest: Latest,
}

impl<T: Send + Sync + 'static> Clone for Paged<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Paged<T> {}

impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Paged<T> {
    /// Reads at once, and again whenever a signal changes that `address` reads.
    pub fn follow(address: impl Fn() -> String + 'static) -> Self {
        let address: Rc<dyn Fn() -> String> = Rc::new(address);
        let list = Self {
            rows: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::First),
            loading_more: RwSignal::new(false),
            cursor: RwSignal::new(None),
            address: StoredValue::new_local(Rc::clone(&address)),
            latest: Latest::new(),
        };
        Effect::new(move |_| {
            let path = address();
            list.read(path, false);
        });
        list
    }

    pub fn has_more(self) -> bool {
        self.cursor.with(Option::is_some)
    }

    /// The same question again.
    pub fn load(self) {
        self.read(self.path(), false);
    }

    pub fn load_more(self) {
        if let Some(cursor) = self.cursor.get_untracked() {
            self.loading_more.set(true);
            self.read(format!("{}&cursor={cursor}", self.path()), true);
        }
    }

    fn path(self) -> String {
        untrack(|| self.address.with_value(|address| address()))
    }

    fn read(self, path: String, more: bool) {
        if !more {
            let first = matches!(self.phase.get_untracked(), Phase::First | Phase::Failed(_));
            self.phase.set(if first { Phase::First } else { Phase::Loading });
        }
        leptos::task::spawn_local(async move {
            match get_latest::<Page<T>>(&path, self.latest).await {
                Ok(page) => {
                    self.rows.update(|rows| {
                        if !more {
                            rows.clear();
                        }
                        rows.extend(page.items);
                    });
                    self.cursor.set(page.next_cursor);
                    self.phase.set(Phase::Ready);
                }
                Err(ApiError::Superseded) => return,
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
            self.loading_more.set(false);
        });
    }
}
