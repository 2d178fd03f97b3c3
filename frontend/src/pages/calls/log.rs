//! The rows of the log: pages by cursor, and what came or changed since they were read.

use std::collections::HashSet;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::call::{CallFilter, CallSummary};
use shared::live::LiveEvent;
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::{CallId, Page};

use super::filter::UrlFilter;
use crate::api::{self, ApiError, Latest};
use crate::live::{Live, News};

/// Milliseconds between something happening and looking what it did to the rows: events come in bursts.
const SETTLE: u32 = 1_200;

#[derive(Clone)]
pub(super) struct LogRow {
    pub id: CallId,
    pub call: ArcRwSignal<CallSummary>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// Nothing has been shown yet.
    First,
    /// Other filters; the old rows are still shown.
    Loading,
    Ready,
    Failed(ApiError),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum More {
    Idle,
    Loading,
    Failed(ApiError),
}

#[derive(Clone, Copy)]
pub(super) struct Log {
    pub rows: RwSignal<Vec<LogRow>>,
    pub phase: RwSignal<Phase>,
    pub more: RwSignal<More>,
    /// Calls that fit the filters and are not shown yet.
    pub unseen: RwSignal<usize>,
    /// Selected rows.
    pub marked: RwSignal<HashSet<CallId>>,
    cursor: RwSignal<Option<String>>,
    filter: UrlFilter,
    /// Replies to an older question are left out.
    round: StoredValue<u32>,
    latest: Latest,
    settle: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Log {
    /// Reads the first page now and whenever the filters change.
    pub fn new(filter: UrlFilter) -> Self {
        let log = Self {
            rows: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::First),
            more: RwSignal::new(More::Idle),
            unseen: RwSignal::new(0),
            marked: RwSignal::new(HashSet::new()),
            cursor: RwSignal::new(None),
            filter,
            round: StoredValue::new(0),
            latest: Latest::new(),
            settle: StoredValue::new_local(None),
        };
        Effect::new(move |_| {
            _ = filter.get();
            log.load();
        });
        Live::here().listen(move |news| log.hear(&news));
        log
    }

    pub fn has_more(self) -> bool {
        self.cursor.with(Option::is_some)
    }

    /// The shown call `step` rows away from `id`.
    pub fn neighbour(self, id: CallId, step: isize) -> Option<CallId> {
        self.rows.with_untracked(|rows| {
            let place = rows.iter().position(|row| row.id == id)?;
            Some(rows.get(place.checked_add_signed(step)?)?.id)
        })
    }

    /// A part of a shown call.
    pub fn with_call<T>(self, id: CallId, read: impl FnOnce(&CallSummary) -> T) -> Option<T> {
        self.rows.with_untracked(|rows| {
            let row = rows.iter().find(|row| row.id == id)?;
            Some(row.call.with_untracked(read))
        })
    }

    /// What this page itself changed of a shown call.
    pub fn change(self, id: CallId, change: impl FnOnce(&mut CallSummary)) {
        let row = self
            .rows
            .try_with_untracked(|rows| rows.iter().find(|row| row.id == id).cloned());
        if let Some(row) = row.flatten() {
            row.call.update(change);
        }
    }

    /// Reads the shown rows again, after something was done to several.
    pub fn look_again(self) {
        self.look();
    }

    /// Selects a row, or no longer.
    pub fn mark(self, id: CallId) {
        self.marked.update(|marked| {
            if !marked.remove(&id) {
                marked.insert(id);
            }
        });
    }

    /// The selected calls in the order of the rows; tracks both.
    pub fn selection(self) -> Vec<CallSummary> {
        let chosen = |row: &LogRow| self.marked.with(|marked| marked.contains(&row.id));
        self.rows.with(|rows| {
            rows.iter()
                .filter(|row| chosen(row))
                .map(|row| row.call.get())
                .collect()
        })
    }

    /// Reads the first page.
    pub fn load(self) {
        let round = self.next_round();
        let filter = self.filter.get_untracked();
        let first = matches!(self.phase.get_untracked(), Phase::First | Phase::Failed(_));
        self.phase.set(if first { Phase::First } else { Phase::Loading });
        self.more.set(More::Idle);
        leptos::task::spawn_local(async move {
            let reply = self.read(&filter, DEFAULT_LIMIT, None).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            match reply {
                Ok(page) => {
                    self.rows.set(page.items.into_iter().map(LogRow::new).collect());
                    self.cursor.set(page.next_cursor);
                    self.unseen.set(0);
                    self.marked.set(HashSet::new());
                    self.phase.set(Phase::Ready);
                }
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }

    /// Reads the next page, unless one is under way.
    pub fn load_more(self) {
        let Some(cursor) = self.cursor.get_untracked() else {
            return;
        };
        if self.more.get_untracked() == More::Loading || self.phase.get_untracked() != Phase::Ready {
            return;
        }
        let round = self.next_round();
        let filter = self.filter.get_untracked();
        self.more.set(More::Loading);
        leptos::task::spawn_local(async move {
            let reply = self.read(&filter, DEFAULT_LIMIT, Some(&cursor)).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            match reply {
                Ok(page) => {
                    self.rows.update(|rows| {
                        let known: HashSet<CallId> = rows.iter().map(|row| row.id).collect();
                        let new = page.items.into_iter().filter(|call| !known.contains(&call.id));
                        rows.extend(new.map(LogRow::new));
                    });
                    self.cursor.set(page.next_cursor);
                    self.more.set(More::Idle);
                }
                Err(error) => self.more.set(More::Failed(error)),
            }
        });
    }

    fn hear(self, news: &News) {
        let concerns = match news {
            News::Missed => true,
            News::Event(event) => matches!(
                **event,
                LiveEvent::CallStarted { .. }
                    | LiveEvent::CallStatus { .. }
                    | LiveEvent::CallEnded { .. }
                    | LiveEvent::CallUpdated { .. }
            ),
        };
        if concerns && self.settle.with_value(Option::is_none) {
            self.settle.set_value(Some(Timeout::new(SETTLE, move || {
                self.settle.set_value(None);
                self.look();
            })));
        }
    }

    /// Reads the shown rows again, as far as one request goes: changed ones are drawn anew, new ones counted. An
    /// empty list shows them at once.
    fn look(self) {
        if self.phase.get_untracked() != Phase::Ready || self.more.get_untracked() == More::Loading {
            return;
        }
        let shown = self.rows.with_untracked(Vec::len);
        if shown == 0 {
            return self.load();
        }
        let round = self.next_round();
        let filter = self.filter.get_untracked();
        let unseen = self.unseen.get_untracked();
        let limit = u32::try_from(shown + unseen + 10)
            .unwrap_or(MAX_LIMIT)
            .min(MAX_LIMIT);
        leptos::task::spawn_local(async move {
            let reply = self.read(&filter, limit, None).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            // What fails here is tried again with the next event; the rows stay as they are.
            if let Ok(page) = reply {
                self.merge(page.items);
            }
        });
    }

    fn merge(self, items: Vec<CallSummary>) {
        let newest = self
            .rows
            .with_untracked(|rows| rows.first().map(|row| row.call.with_untracked(|c| c.started_at)));
        let mut unseen = 0;
        self.drop_missing(&items);
        self.rows.with_untracked(|rows| {
            for item in items {
                match rows.iter().find(|row| row.id == item.id) {
                    Some(row) if row.call.with_untracked(|known| *known != item) => row.call.set(item),
                    Some(_) => {}
                    // Rows that came below (an older call of a sync) are found by scrolling or the next visit.
                    None if newest.is_none_or(|newest| item.started_at >= newest) => unseen += 1,
                    None => {}
                }
            }
        });
        self.unseen.set(unseen);
    }

    /// Takes away rows that are gone (erased, or changed so that they do not fit the filters any more), as far down as was read.
    fn drop_missing(self, items: &[CallSummary]) {
        let Some(oldest) = items.last().map(|item| item.started_at) else {
            return;
        };
        let stays = |row: &LogRow| {
            row.call.with_untracked(|call| call.started_at <= oldest)
                || items.iter().any(|item| item.id == row.id)
        };
        if self.rows.with_untracked(|rows| !rows.iter().all(stays)) {
            self.rows.update(|rows| rows.retain(stays));
        }
    }

    async fn read(
        self,
        filter: &CallFilter,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<CallSummary>, ApiError> {
        let mut path = api::with_query("/api/calls", filter);
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(&format!("limit={limit}"));
        if let Some(cursor) = cursor {
            path.push_str("&cursor=");
            path.push_str(&String::from(js_sys::encode_uri_component(cursor)));
        }
        api::get_latest(&path, self.latest).await
    }

    fn next_round(self) -> u32 {
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.round.get_value()
    }
}

impl LogRow {
    fn new(call: CallSummary) -> Self {
        Self {
            id: call.id,
            call: ArcRwSignal::new(call),
        }
    }
}
