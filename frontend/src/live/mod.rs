//! What happens now, as the server tells it over `/api/live`: running calls with their words, the progress of
//! syncs, and news that a page may listen to. One socket a tab, shared by rail, dashboard and pages.
//!
//! `wire.rs` keeps the connection, `board.rs` the running calls, `news.rs` those who listen.

mod back_off;
mod board;
mod news;
mod read;
mod socket;
mod wire;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::call::CallSummary;
use shared::connection::SyncProgress;
use shared::live::{LiveEvent, LiveSnapshot};
use shared::{CallId, ConnectionId};

use crate::api::ApiError;
use crate::format;
use crate::state::{Clock, SessionState};

use board::Board;
pub use board::Followed;
use news::Listeners;
pub use news::News;
use wire::Wire;

/// How the connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Nobody is signed in, or the role does not include watching.
    #[default]
    Off,
    Connecting,
    Open,
    /// It broke and is being made again; what is shown may be old.
    Lost,
}

/// The live state of this tab. All of it is empty without `live.view`.
#[derive(Clone, Copy)]
pub struct Live {
    board: RwSignal<Board>,
    count: RwSignal<i64>,
    recent: RwSignal<Vec<CallSummary>>,
    listening_since: RwSignal<Option<DateTime<Utc>>>,
    max_concurrent: RwSignal<Option<i32>>,
    long_after: RwSignal<Option<i32>>,
    below: RwSignal<u32>,
    syncs: RwSignal<BTreeMap<ConnectionId, SyncProgress>>,
    link: RwSignal<Link>,
    /// A snapshot has been read.
    loaded: RwSignal<bool>,
    /// Why the last snapshot could not be read.
    error: RwSignal<Option<ApiError>>,
    /// The call that is being read; it stays on the board after its end.
    held: RwSignal<Option<CallId>>,
    listeners: Listeners,
    session: SessionState,
    clock: Clock,
    wire: Wire,
}

impl Live {
    /// Makes the live state in the context of the whole application. `count` is what the rail shows.
    pub fn provide(count: RwSignal<i64>) {
        let live = Self {
            board: RwSignal::new(Board::default()),
            count,
            recent: RwSignal::new(Vec::new()),
            listening_since: RwSignal::new(None),
            max_concurrent: RwSignal::new(None),
            long_after: RwSignal::new(None),
            below: RwSignal::new(0),
            syncs: RwSignal::new(BTreeMap::new()),
            link: RwSignal::new(Link::Off),
            loaded: RwSignal::new(false),
            error: RwSignal::new(None),
            held: RwSignal::new(None),
            listeners: Listeners::new(),
            session: SessionState::here(),
            clock: Clock::here(),
            wire: Wire::new(),
        };
        provide_context(live);
        live.follow_session();
        live.tidy(Clock::here());
    }

    pub fn here() -> Self {
        expect_context()
    }

    /// How many calls run.
    pub fn count(self) -> i64 {
        self.count.get()
    }

    /// Running calls and those that have just ended, newest first.
    pub fn board(self) -> Vec<Followed> {
        self.board.with(|board| board.calls.clone())
    }

    /// Reads one call of the board without copying it; tracks the board.
    pub fn with_call<T>(self, id: CallId, read: impl FnOnce(&Followed) -> T) -> Option<T> {
        self.board.with(|board| board.find(id).map(read))
    }

    /// Which calls stand on the board, newest first.
    pub fn ids(self) -> Vec<CallId> {
        self.board
            .with(|board| board.calls.iter().map(|followed| followed.call.id).collect())
    }

    /// Calls that ended last, newest first.
    pub fn recent(self) -> Vec<CallSummary> {
        self.recent.get()
    }

    /// How many calls may run at a time, where somebody set a limit.
    pub fn max_concurrent(self) -> Option<i32> {
        self.max_concurrent.get()
    }

    /// Whether so many run already that this one is more than may.
    pub fn is_over_limit(self, id: CallId) -> bool {
        let Some(most) = self
            .max_concurrent
            .get()
            .and_then(|most| usize::try_from(most).ok())
        else {
            return false;
        };
        self.board
            .with(|board| board.place(id).is_some_and(|before| before >= most))
    }

    /// Rises when calls began or ended in organizations below, after [`Live::watch_below`].
    pub fn below(self) -> u32 {
        self.below.get()
    }

    /// Seconds after which a running call counts as too long; `None`: not read yet.
    pub fn long_after(self) -> Option<i32> {
        self.long_after.get()
    }

    /// It was changed here.
    pub fn set_long_after(self, seconds: i32) {
        self.long_after.set(Some(seconds));
    }

    /// Whether it runs for longer than the organization holds right.
    pub fn is_too_long(self, id: CallId) -> bool {
        let Some(seconds) = self.long_after.get() else {
            return false;
        };
        // Half a minute late at most, and a long list stays quiet.
        let now = self.clock.half_minute();
        let since = self.with_call(id, |followed| {
            let began = followed.call.started_at.timestamp_millis() as f64;
            followed.ended_ms.is_none().then_some(began)
        });
        since
            .flatten()
            .is_some_and(|began| now - began >= f64::from(seconds) * 1_000.0)
    }

    /// Since when the provider is asked for running calls; `None`: no healthy connection.
    pub fn listening_since(self) -> Option<DateTime<Utc>> {
        self.listening_since.get()
    }

    /// The newest progress told for a connection since the page was opened.
    pub fn sync(self, connection: ConnectionId) -> Option<SyncProgress> {
        self.syncs.with(|syncs| syncs.get(&connection).cloned())
    }

    pub fn link(self) -> Link {
        self.link.get()
    }

    pub fn loaded(self) -> bool {
        self.loaded.get()
    }

    pub fn error(self) -> Option<ApiError> {
        self.error.get()
    }

    /// Keeps a call on the board even after its end, as somebody reads it.
    pub fn hold(self, id: Option<CallId>) {
        self.held.set(id);
    }

    /// Calls `listener` with all that happens, until the reactive owner of this place is gone.
    pub fn listen(self, listener: impl Fn(News) + Send + Sync + 'static) {
        self.listeners.add(Callback::new(listener));
    }

    fn take_snapshot(self, snapshot: LiveSnapshot) {
        self.board
            .update(|board| board.replace(snapshot.running, format::now_ms()));
        self.recent.set(snapshot.recent);
        self.listening_since.set(snapshot.listening_since);
        self.max_concurrent.set(snapshot.max_concurrent_calls);
        self.long_after.set(snapshot.long_after_seconds);
        self.error.set(None);
        self.loaded.set(true);
        self.recount();
    }

    fn take_event(self, event: LiveEvent) {
        match &event {
            LiveEvent::Counts { running } => self.count.set(*running),
            LiveEvent::SyncProgress { progress } => {
                self.syncs
                    .update(|syncs| _ = syncs.insert(progress.connection_id, progress.clone()));
            }
            LiveEvent::ConnectionsChanged => {}
            LiveEvent::CallStarted { .. }
            | LiveEvent::CallTurn { .. }
            | LiveEvent::CallStatus { .. }
            | LiveEvent::CallEnded { .. }
            | LiveEvent::CallCommand { .. }
            | LiveEvent::CallUpdated { .. } => {
                let changed = self.board.try_maybe_update(|board| {
                    let changed = board.apply(&event, format::now_ms());
                    (changed, changed)
                });
                if changed == Some(true) {
                    self.recount();
                }
            }
        }
        self.listeners.tell(&News::Event(event.into()));
    }

    /// Ended calls leave the board after a while, also when nothing else happens.
    fn tidy(self, clock: Clock) {
        Effect::new(move |_| {
            _ = clock.half_minute();
            let held = self.held.get();
            self.board
                .try_maybe_update(|board| (board.prune(format::now_ms(), held), ()));
        });
    }

    fn recount(self) {
        let running = self.board.with_untracked(Board::running);
        if self.count.get_untracked() != running {
            self.count.set(running);
        }
    }

    fn clear(self) {
        self.board.set(Board::default());
        self.count.set(0);
        self.recent.set(Vec::new());
        self.listening_since.set(None);
        self.syncs.set(BTreeMap::new());
        self.error.set(None);
        self.loaded.set(false);
    }
}
