//! The connections, read again when one changes, and the progress of their syncs.

use gloo_timers::callback::{Interval, Timeout};
use leptos::prelude::*;
use shared::ConnectionId;
use shared::connection::{Connection, SyncProgress};
use shared::live::LiveEvent;

use crate::api::{self, ApiError, Latest};
use crate::live::{Link, Live, News};
use crate::state::Memo;

/// Milliseconds between news and reading: several come together.
const SETTLE: u32 = 250;
/// Milliseconds between looks at a running sync where nobody tells of it.
const LOOK: u32 = 3_000;

#[derive(Clone, Copy)]
pub(super) struct Connections {
    /// `None` until it was read once.
    pub list: RwSignal<Option<Vec<Connection>>>,
    /// Why there is nothing to show.
    pub error: RwSignal<Option<ApiError>>,
    latest: Latest,
    settle: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Connections {
    pub fn follow() -> Self {
        let connections = Self {
            list: RwSignal::new(None),
            error: RwSignal::new(None),
            latest: Latest::new(),
            settle: StoredValue::new_local(None),
        };
        connections.load();
        let live = Live::here();
        live.listen(move |news| {
            if changes_connections(&news) {
                connections.load_soon();
            }
        });
        // The role may not include watching live, or the socket is away.
        let looks = Memo::new(move |_| live.link() != Link::Open && connections.any_sync_running());
        let look = StoredValue::new_local(None::<Interval>);
        Effect::new(move |_| {
            let every = looks
                .get()
                .then(|| Interval::new(LOOK, move || connections.load()));
            look.set_value(every);
        });
        connections
    }

    pub fn ids(self) -> Vec<ConnectionId> {
        self.list.with(|list| {
            let shown = list.iter().flatten().filter(|connection| !connection.replaced);
            shown.map(|connection| connection.id).collect()
        })
    }

    pub fn find(self, id: ConnectionId) -> Option<Connection> {
        self.list.with(|list| {
            list.iter()
                .flatten()
                .find(|connection| connection.id == id)
                .cloned()
        })
    }

    pub fn load(self) {
        leptos::task::spawn_local(async move {
            match api::get_latest::<Vec<Connection>>("/api/connections", self.latest).await {
                Ok(list) => {
                    _ = self.error.try_set(None);
                    _ = self.list.try_set(Some(list));
                }
                Err(ApiError::Superseded) => {}
                // What is shown stays; the next change tries again.
                Err(error) => _ = self.error.try_set(Some(error)),
            }
        });
    }

    fn load_soon(self) {
        if self.settle.with_value(Option::is_none) {
            self.settle.set_value(Some(Timeout::new(SETTLE, move || {
                self.settle.set_value(None);
                self.load();
            })));
        }
    }

    fn any_sync_running(self) -> bool {
        self.list.with(|list| {
            list.iter().flatten().any(|connection| {
                let sync = connection.sync.as_ref();
                connection.change.is_some() || sync.is_some_and(|sync| sync.state.is_running())
            })
        })
    }
}

/// The further one of two tellings about the same connection.
pub(super) fn newest(read: Option<SyncProgress>, told: Option<SyncProgress>) -> Option<SyncProgress> {
    let how_far = |progress: &SyncProgress| {
        (
            progress.started_at,
            !progress.state.is_running(),
            progress.calls_seen,
            progress.calls_done + progress.calls_failed,
            progress.agents_done,
        )
    };
    match (read, told) {
        (Some(read), Some(told)) if how_far(&told) >= how_far(&read) => Some(told),
        (read, told) => read.or(told),
    }
}

/// Progress itself comes over the live state; its end changes health and counts.
fn changes_connections(news: &News) -> bool {
    match news {
        News::Missed => true,
        News::Event(event) => match &**event {
            LiveEvent::ConnectionsChanged => true,
            LiveEvent::SyncProgress { progress } => !progress.state.is_running(),
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::newest;
    use chrono::{DateTime, Utc};
    use shared::ConnectionId;
    use shared::connection::{SyncProgress, SyncState};

    fn progress(started: i64, state: SyncState, calls_done: i64) -> SyncProgress {
        SyncProgress {
            connection_id: ConnectionId(uuid::Uuid::nil()),
            state,
            agents_done: 4,
            agents_total: Some(4),
            calls_seen: 100,
            calls_done,
            calls_failed: 0,
            listed_all: true,
            started_at: DateTime::<Utc>::from_timestamp(started, 0).unwrap(),
            finished_at: None,
            error: None,
        }
    }

    #[test]
    fn an_old_telling_never_hides_how_far_a_sync_has_come() {
        let half = progress(10, SyncState::Calls, 50);
        let done = progress(10, SyncState::Done, 100);
        assert_eq!(newest(Some(done.clone()), Some(half.clone())), Some(done.clone()));
        assert_eq!(newest(Some(half.clone()), Some(done.clone())), Some(done.clone()));
        let again = progress(20, SyncState::Queued, 0);
        assert_eq!(newest(Some(done), Some(again.clone())), Some(again));
        assert_eq!(newest(None, Some(half.clone())), Some(half));
    }
}
