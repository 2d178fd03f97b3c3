//! Keeps the socket: hello, resume after the last event, refetch, and back again after a break.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::live::{LiveCommand, LiveMessage, LiveSnapshot};
use shared::{OrganizationId, Permission, UserId};

use super::back_off::back_off;
use super::socket::Socket;
use super::{Link, Live, News};
use crate::{address, api, format};

/// A connection that held so long, in milliseconds, was a good one: the next wait is short again.
const GOOD_AFTER: f64 = 10_000.0;
/// The dashboard's own figures come before what changes in them, in milliseconds.
const FIGURES_FIRST: u32 = 300;
/// So many failures in a row may mean that the session has ended, which only a request can tell.
const DOUBTFUL: u32 = 3;
/// The server works in another organization now, or asks to come again.
const TRY_AGAIN_LATER: u16 = 1013;

/// What the connection needs to remember. `Copy`, as the signals beside it.
#[derive(Clone, Copy)]
pub(super) struct Wire(StoredValue<State, LocalStorage>);

#[derive(Default)]
struct State {
    socket: Option<Socket>,
    retry: Option<Timeout>,
    /// The newest event that was seen; `None`: read the snapshot first.
    last_event_id: Option<i64>,
    /// Epoch milliseconds of the server's greeting on the present socket.
    greeted_ms: Option<f64>,
    failures: u32,
    /// A page wants to know what happens below.
    watches_below: bool,
    /// Tells a snapshot that was asked for by an earlier connection.
    round: u32,
}

impl Wire {
    pub fn new() -> Self {
        Self(StoredValue::new_local(State::default()))
    }

    fn change<T>(self, change: impl FnOnce(&mut State) -> T) -> Option<T> {
        self.0.try_update_value(change)
    }
}

impl Live {
    /// Connects while somebody who may watch is signed in, anew for each person and organization.
    pub(super) fn follow_session(self) {
        type Who = Option<(UserId, OrganizationId)>;
        Effect::new(move |before: Option<Who>| {
            let session = self
                .session
                .session()
                .filter(|s| s.permissions.contains(Permission::LiveView));
            let who: Who = session.map(|s| (s.user.id, s.organization.id));
            if before != Some(who) {
                self.stop();
                match (who, before) {
                    (None, _) => {}
                    (Some(_), None) if address::path() == "/" => self.connect_after(FIGURES_FIRST),
                    (Some(_), _) => self.connect(),
                }
            }
            who
        });
        // Waiting on makes no sense when the network is back or somebody looks again.
        for event in ["online", "visibilitychange"] {
            let handle = window_event_listener_untyped(event, move |_| {
                let seen = document().visibility_state() == leptos::web_sys::VisibilityState::Visible;
                if seen && self.link.get_untracked() == Link::Lost {
                    self.connect();
                }
            });
            on_cleanup(move || handle.remove());
        }
    }

    /// Reads the snapshot again, for a page whose last one failed.
    pub fn reload(self) {
        self.wire
            .change(|state| (state.failures, state.last_event_id) = (0, None));
        self.connect();
    }

    /// Reads the calls that ended last again; everything else stays or is replayed.
    pub fn refresh(self) {
        if self.link.get_untracked() == Link::Open {
            self.load_snapshot(false);
        }
    }

    /// Whether a page wants to know when something changes below ([`Live::below`]), also after a break.
    pub fn watch_below(self, on: bool) {
        self.wire.change(|state| state.watches_below = on);
        self.tell_watching(on);
    }

    fn tell_watching(self, on: bool) {
        self.wire.change(|state| {
            if let (Some(_), Some(socket)) = (state.greeted_ms, &state.socket) {
                socket.send(&LiveCommand::WatchBelow { on });
            }
        });
    }

    fn stop(self) {
        let (round, watches_below) = self
            .wire
            .change(|state| (state.round, state.watches_below))
            .unwrap_or_default();
        self.wire.0.set_value(State {
            watches_below,
            round: round + 1,
            ..State::default()
        });
        self.link.set(Link::Off);
        self.clear();
    }

    fn connect(self) {
        if self.link.get_untracked() == Link::Off {
            self.link.set(Link::Connecting);
        }
        let round = self.wire.change(|state| {
            state.retry = None;
            state.round += 1;
            state.round
        });
        leptos::task::spawn_local(live_wire(self, round));
    }

    /// Opens the socket, unless something else was wanted since.
    fn open(self, round: Option<u32>) {
        if self.wire.change(|state| state.round) != round {
            return;
        }
        let socket = Socket::open(move |message| self.hear(message), move |code| self.broke(code));
        let fresh = self.wire.change(|state| {
            state.greeted_ms = None;
            state.socket = socket;
            state.round += 1;
            (state.last_event_id.is_none(), state.socket.is_none())
        });
        match fresh {
            Some((_, true)) => self.broke(0),
            Some((true, false)) => self.load_snapshot(true),
            _ => {}
        }
    }

    fn hear(self, message: LiveMessage) {
        match message {
            LiveMessage::Hello { .. } => {
                self.wire
                    .change(|state| state.greeted_ms = Some(format::now_ms()));
                self.link.set(Link::Open);
                self.resume();
                let watches = self.wire.change(|state| state.watches_below) == Some(true);
                if watches {
                    self.tell_watching(true);
                    // What happened before the socket was there.
                    self.below.update(|below| *below = below.wrapping_add(1));
                }
            }
            LiveMessage::Event { id, event } => {
                // While a snapshot is on its way, what it says counts.
                self.wire
                    .change(|state| state.last_event_id = state.last_event_id.map(|last| last.max(id)));
                self.take_event(event);
            }
            LiveMessage::Refetch => {
                self.wire.change(|state| state.last_event_id = None);
                self.load_snapshot(true);
            }
            LiveMessage::Below => self.below.update(|below| *below = below.wrapping_add(1)),
            LiveMessage::SignedOut => {
                self.stop();
                self.session.load();
            }
        }
    }

    /// Asks for everything after the last known event, once both greeting and snapshot are there.
    fn resume(self) {
        self.wire.change(|state| {
            if let (Some(last_event_id), Some(_), Some(socket)) =
                (state.last_event_id, state.greeted_ms, &state.socket)
            {
                socket.send(&LiveCommand::Resume { last_event_id });
            }
        });
    }

    fn load_snapshot(self, missed: bool) {
        let Some(round) = self.wire.change(|state| state.round) else {
            return;
        };
        leptos::task::spawn_local(async move {
            let reply = api::get::<LiveSnapshot>("/api/live/calls").await;
            if self.wire.change(|state| state.round) != Some(round) {
                return;
            }
            match reply {
                Ok(snapshot) => {
                    let again = missed && self.loaded.get_untracked();
                    self.wire
                        .change(|state| state.last_event_id = Some(snapshot.last_event_id));
                    self.take_snapshot(snapshot);
                    self.resume();
                    if again {
                        self.listeners.tell(&News::Missed);
                    }
                }
                Err(error) => {
                    self.error.set(Some(error));
                    self.broke(0);
                }
            }
        });
    }

    fn broke(self, code: u16) {
        if self.link.get_untracked() == Link::Off {
            return;
        }
        self.link.set(Link::Lost);
        let wait = self.wire.change(|state| {
            let good = state
                .greeted_ms
                .is_some_and(|greeted| format::now_ms() - greeted >= GOOD_AFTER);
            state.failures = if good { 1 } else { state.failures + 1 };
            if state.failures >= DOUBTFUL {
                state.last_event_id = None;
            }
            state.round += 1;
            back_off(state.failures, js_sys::Math::random())
        });
        if code == TRY_AGAIN_LATER {
            self.session.load();
        }
        // The socket goes when the next one comes: it is its own callback that runs here.
        self.connect_after(wait.unwrap_or(1_000));
    }

    /// Unless it is connected or stopped before.
    fn connect_after(self, wait: u32) {
        let retry = Timeout::new(wait, move || self.connect());
        self.wire.change(|state| state.retry = Some(retry));
    }
}

/// Reading what the server tells is a fifth of the application's code: a file of its own, fetched by who may watch, beside his page.
#[leptos::lazy]
fn live_wire(live: Live, round: Option<u32>) {
    live.open(round);
}
