//! Renewing the leases of running jobs and freeing those of dead workers.

use std::{collections::HashSet, sync::Arc, time::Duration};

use deadpool::managed::Manager;
use diesel_async::AsyncPgConnection;

use crate::{QueueError, Waker, runner::Shared, storage};

/// How often to look for jobs that nothing here can run.
const LOOK_FOR_UNKNOWN_EVERY: Duration = Duration::from_secs(60);

/// Keeps leases for ever. It has a connection of its own: an exhausted pool
/// must not cost a running job its lease.
pub(crate) async fn run<C: Clone + Send + Sync + 'static>(
    shared: Arc<Shared<C>>,
    queues: Vec<&'static str>,
    waker: Waker,
) {
    let mut conn = None;
    let mut ticks = tokio::time::interval(shared.settings.lease / 3);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut unknown = UnknownNames::default();
    loop {
        ticks.tick().await;
        let result = tick(&shared, &queues, &waker, &mut conn, &mut unknown).await;
        if let Err(error) = result {
            conn = None;
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "Job leases could not be renewed"
            );
        }
    }
}

async fn tick<C: Clone + Send + Sync + 'static>(
    shared: &Shared<C>,
    queues: &[&'static str],
    waker: &Waker,
    conn: &mut Option<AsyncPgConnection>,
    unknown: &mut UnknownNames,
) -> Result<(), QueueError> {
    let conn = match conn {
        Some(conn) => conn,
        None => conn.insert(shared.pool.manager().create().await?),
    };
    // Before freeing: after an outage our own leases may just have run out.
    let ids = shared.leases.ids();
    if !ids.is_empty() {
        let lease = shared.settings.lease;
        let held: HashSet<i64> = storage::renew(conn, shared.worker, &ids, lease)
            .await?
            .into_iter()
            .collect();
        for id in ids.into_iter().filter(|id| !held.contains(id)) {
            shared.leases.lose(id);
        }
    }
    if storage::free_expired(conn).await? > 0 {
        waker.wake_all();
    }
    unknown.look(conn, queues, &shared.registry.names()).await
}

/// Warns once of each name that waits here and that nothing here can run.
#[derive(Default)]
struct UnknownNames {
    warned: HashSet<String>,
    looked_at: Option<tokio::time::Instant>,
}

impl UnknownNames {
    async fn look(
        &mut self,
        conn: &mut AsyncPgConnection,
        queues: &[&str],
        known: &[&str],
    ) -> Result<(), QueueError> {
        if self
            .looked_at
            .is_some_and(|at| at.elapsed() < LOOK_FOR_UNKNOWN_EVERY)
        {
            return Ok(());
        }
        self.looked_at = Some(tokio::time::Instant::now());
        for name in storage::unknown_names(conn, queues, known).await? {
            if !self.warned.contains(&name) {
                tracing::warn!(
                    job.name = name,
                    "Jobs of an unknown type wait in a queue that is served here"
                );
                self.warned.insert(name);
            }
        }
        Ok(())
    }
}
