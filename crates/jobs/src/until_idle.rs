//! Running what is due and returning, for tests.

use std::{collections::HashSet, sync::Arc, time::Duration};

use crate::{
    QueueError,
    execute::Outcome,
    queue_loop::Slots,
    runner::{Queue, Shared},
    storage::{self, GiveBack},
};

/// Nothing renews leases here, so they outlast any test.
const LEASE: Duration = Duration::from_secs(3600);

/// What [`crate::Runner::run_until_idle`] takes for due.
#[derive(Debug, Clone, Copy, Default)]
pub struct UntilIdle {
    /// Failed jobs are tried again at once, to their success or dead letter. A
    /// job scheduled for later, or snoozed, still waits.
    pub ignore_back_off: bool,
}

/// How the runs ended, one count a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IdleReport {
    /// Runs that succeeded.
    pub succeeded: usize,
    /// Failures to be tried again.
    pub retried: usize,
    /// Runs that asked to be looked at later.
    pub snoozed: usize,
    /// Jobs given up.
    pub dead: usize,
}

pub(crate) async fn run<C: Clone + Send + Sync + 'static>(
    shared: Arc<Shared<C>>,
    configured: Vec<Queue>,
    options: UntilIdle,
) -> Result<IdleReport, QueueError> {
    let names: HashSet<&'static str> = shared.registry.queues().collect();
    let names: Vec<&'static str> = names.into_iter().collect();
    let mut report = IdleReport::default();
    let mut snoozed = Vec::new();
    loop {
        let mut claimed = 0;
        for &name in &names {
            let concurrency = configured
                .iter()
                .find(|queue| queue.name == name)
                .map_or(1, |queue| queue.concurrency);
            let queue = Queue { name, concurrency };
            let mut slots = Slots::new(shared.clone());
            let mut conn = shared.pool.get().await?;
            claimed += slots.claim(&mut conn, &queue, LEASE).await?;
            drop(conn);
            while slots.is_running() {
                slots.next_ended().await;
            }
            for ended in slots.ended() {
                match &ended.outcome {
                    Outcome::Succeeded => report.succeeded += 1,
                    Outcome::Again(GiveBack { error: None, .. }) => {
                        report.snoozed += 1;
                        snoozed.push(ended.id);
                    }
                    Outcome::Again(_) => report.retried += 1,
                    Outcome::Dead(_) => report.dead += 1,
                    Outcome::Lost => {}
                }
            }
            slots.settle(&mut *shared.pool.get().await?).await?;
        }
        if claimed > 0 {
            continue;
        }
        if options.ignore_back_off {
            let mut conn = shared.pool.get().await?;
            if storage::skip_back_off(&mut conn, &names, &snoozed).await? > 0 {
                continue;
            }
        }
        return Ok(report);
    }
}
