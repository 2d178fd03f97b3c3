//! Which jobs this runner holds right now.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio_util::sync::CancellationToken;

struct Lease {
    attempt: i32,
    lost: CancellationToken,
}

/// The jobs held, by id. A run whose lease went to another worker (the database
/// was away for longer than the lease) is told to stop.
#[derive(Default)]
pub(crate) struct Leases(Mutex<HashMap<i64, Lease>>);

impl Leases {
    /// Notes a claimed job; the token is cancelled when its lease is lost.
    pub(crate) fn hold(&self, id: i64, attempt: i32) -> CancellationToken {
        let lost = CancellationToken::new();
        let lease = Lease {
            attempt,
            lost: lost.clone(),
        };
        // The same job again: the earlier run lost its lease unnoticed.
        if let Some(earlier) = self.lock().insert(id, lease) {
            earlier.lost.cancel();
        }
        lost
    }

    /// Forgets a run; a later run of the same job stays.
    pub(crate) fn release(&self, id: i64, attempt: i32) {
        let mut held = self.lock();
        if held.get(&id).is_some_and(|lease| lease.attempt == attempt) {
            held.remove(&id);
        }
    }

    pub(crate) fn ids(&self) -> Vec<i64> {
        self.lock().keys().copied().collect()
    }

    /// Stops the run of a job that another worker has by now.
    pub(crate) fn lose(&self, id: i64) {
        if let Some(lease) = self.lock().remove(&id) {
            lease.lost.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Lease>> {
        // The map is whole after a panic elsewhere: no update spans two calls.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
