//! One queue's loop: write down what ended, claim into the free slots, wait.

use std::{collections::HashMap, sync::Arc, time::Duration};

use diesel_async::AsyncPgConnection;
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{sleep, timeout_at},
};

use crate::{
    QueueError,
    execute::{Ended, Outcome, execute},
    runner::{Queue, Shared},
    storage::{self, GiveBack},
};

/// Pause after the database failed.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// Runs until shutdown; returns how many jobs had to be given back.
pub(crate) async fn run<C: Clone + Send + Sync + 'static>(
    shared: Arc<Shared<C>>,
    queue: Queue,
    wake: Arc<Notify>,
) -> usize {
    let mut slots = Slots::new(shared.clone());
    while !shared.shutdown.is_cancelled() {
        if let Err(error) = slots.turn(&queue).await {
            warn_of(&error, &queue);
            tokio::select! {
                () = shared.shutdown.cancelled() => {}
                () = sleep(AFTER_ERROR) => {}
            }
            continue;
        }
        tokio::select! {
            () = shared.shutdown.cancelled() => {}
            () = slots.next_ended() => {}
            () = wake.notified() => {}
            () = sleep(shared.settings.poll_interval) => {}
        }
    }
    slots.finish(&queue).await
}

fn warn_of(error: &QueueError, queue: &Queue) {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        queue = queue.name,
        "The job queue cannot be reached"
    );
}

/// The jobs of one loop, from the claim until their end is written down.
pub(crate) struct Slots<C> {
    shared: Arc<Shared<C>>,
    running: JoinSet<Ended>,
    ended: Vec<Ended>,
    /// Attempt by job id; a slot is taken until the end is written down.
    taken: HashMap<i64, i32>,
}

impl<C: Clone + Send + Sync + 'static> Slots<C> {
    pub(crate) fn new(shared: Arc<Shared<C>>) -> Self {
        Self {
            shared,
            running: JoinSet::new(),
            ended: Vec::new(),
            taken: HashMap::new(),
        }
    }

    /// Writes down what ended, then fills the free slots.
    async fn turn(&mut self, queue: &Queue) -> Result<(), QueueError> {
        if self.ended.is_empty() && self.taken.len() >= queue.concurrency {
            return Ok(());
        }
        let mut conn = self.shared.pool.get().await?;
        self.settle(&mut conn).await?;
        self.claim(&mut conn, queue, self.shared.settings.lease).await?;
        Ok(())
    }

    /// Claims into the free slots and starts what was claimed.
    pub(crate) async fn claim(
        &mut self,
        conn: &mut AsyncPgConnection,
        queue: &Queue,
        lease: Duration,
    ) -> Result<usize, QueueError> {
        let free = queue.concurrency.saturating_sub(self.taken.len());
        if free == 0 {
            return Ok(0);
        }
        let names = self.shared.registry.names();
        let worker = self.shared.worker;
        let claimed = storage::claim(conn, worker, queue.name, &names, free, lease).await?;
        let count = claimed.len();
        for job in claimed {
            self.taken.insert(job.id, job.attempts);
            let lost = self.shared.leases.hold(job.id, job.attempts);
            let shared = self.shared.clone();
            self.running
                .spawn(async move { execute(&shared, job, lost).await });
        }
        Ok(count)
    }

    /// Waits until a run ends, and takes all that have ended by then. Pending
    /// for ever when none runs.
    pub(crate) async fn next_ended(&mut self) {
        let Some(first) = self.running.join_next().await else {
            return std::future::pending().await;
        };
        self.ended.extend(first.ok());
        while let Some(next) = self.running.try_join_next() {
            self.ended.extend(next.ok());
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    pub(crate) fn ended(&self) -> &[Ended] {
        &self.ended
    }

    /// Writes down how runs ended; what the database refuses is kept for the
    /// next turn, its lease renewed meanwhile.
    pub(crate) async fn settle(&mut self, conn: &mut AsyncPgConnection) -> Result<(), QueueError> {
        let worker = self.shared.worker;
        let done: Vec<i64> = self
            .ended
            .iter()
            .filter(|ended| matches!(ended.outcome, Outcome::Succeeded))
            .map(|ended| ended.id)
            .collect();
        if !done.is_empty() {
            storage::finish(conn, worker, &done).await?;
        }
        let mut result = Ok(());
        for ended in std::mem::take(&mut self.ended) {
            let written = match &ended.outcome {
                Outcome::Succeeded | Outcome::Lost => Ok(0),
                Outcome::Again(how) => storage::give_back(conn, worker, ended.id, how).await,
                Outcome::Dead(error) => storage::bury(conn, worker, ended.id, error).await,
            };
            match written {
                Ok(_) => self.release(&ended),
                Err(error) => {
                    self.ended.push(ended);
                    result = Err(error.into());
                }
            }
        }
        result
    }

    fn release(&mut self, ended: &Ended) {
        // A later run of the same job may hold the slot: its lease was lost here
        // and the job claimed again.
        if self.taken.get(&ended.id) == Some(&ended.attempt) {
            self.taken.remove(&ended.id);
        }
        self.shared.leases.release(ended.id, ended.attempt);
    }

    /// Lets running jobs end within the grace time, gives back the rest.
    async fn finish(mut self, queue: &Queue) -> usize {
        let deadline = tokio::time::Instant::now() + self.shared.settings.shutdown_grace;
        while self.is_running() {
            if timeout_at(deadline, self.next_ended()).await.is_err() {
                break;
            }
            self.try_settle(queue).await;
        }
        self.running.shutdown().await;
        let ended: Vec<i64> = self.ended.iter().map(|ended| ended.id).collect();
        let cut_off = self.taken.iter().filter(|(id, _)| !ended.contains(id));
        let cut_off: Vec<Ended> = cut_off
            .map(|(&id, &attempt)| Ended {
                id,
                attempt,
                outcome: Outcome::Again(GiveBack {
                    delay: Duration::ZERO,
                    is_refunded: true,
                    error: None,
                }),
            })
            .collect();
        let count = cut_off.len();
        self.ended.extend(cut_off);
        self.try_settle(queue).await;
        count
    }

    /// One try: if the database is away now, the leases run out instead.
    async fn try_settle(&mut self, queue: &Queue) {
        let pool = self.shared.pool.clone();
        let result = match pool.get().await {
            Ok(mut conn) => self.settle(&mut conn).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = result {
            warn_of(&error, queue);
        }
    }
}
