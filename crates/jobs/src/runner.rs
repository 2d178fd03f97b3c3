//! Configuring and starting a runner.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    BackOff, BackgroundJob, IdleReport, Pool, QueueError, RunningRunner, UntilIdle, leases::Leases,
    registry::Registry, running_runner, until_idle,
};

/// What the loops of a runner share.
pub(crate) struct Shared<C> {
    pub(crate) pool: Pool,
    pub(crate) context: C,
    pub(crate) registry: Registry<C>,
    pub(crate) settings: Settings,
    pub(crate) worker: Uuid,
    pub(crate) leases: Leases,
    pub(crate) shutdown: CancellationToken,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) poll_interval: Duration,
    pub(crate) lease: Duration,
    pub(crate) shutdown_grace: Duration,
    pub(crate) back_off: BackOff,
    pub(crate) is_listening: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Queue {
    pub(crate) name: &'static str,
    pub(crate) concurrency: usize,
}

/// Claims and runs jobs; built, then [`Runner::start`]ed.
pub struct Runner<C> {
    pool: Pool,
    context: C,
    registry: Registry<C>,
    queues: Vec<Queue>,
    settings: Settings,
}

impl<C: Clone + Send + Sync + 'static> Runner<C> {
    /// A runner whose jobs get a clone of `context`. Beside the pool's it opens
    /// two connections of its own, made as the pool makes them: one listens for
    /// notifications, one renews leases even when the pool is exhausted.
    pub fn new(pool: Pool, context: C) -> Self {
        Self {
            pool,
            context,
            registry: Registry::new(),
            queues: Vec::new(),
            settings: Settings {
                poll_interval: Duration::from_secs(1),
                lease: Duration::from_secs(30),
                shutdown_grace: Duration::from_secs(25),
                back_off: BackOff::default(),
                is_listening: true,
            },
        }
    }

    /// Lets this runner run `J`. A job that no runner knows stays waiting.
    #[must_use]
    pub fn register<J: BackgroundJob<Context = C>>(mut self) -> Self {
        self.registry.register::<J>();
        self
    }

    /// Serves `name` with up to `concurrency` jobs at once (at least one).
    #[must_use]
    pub fn queue(mut self, name: &'static str, concurrency: usize) -> Self {
        self.queues.retain(|queue| queue.name != name);
        self.queues.push(Queue {
            name,
            concurrency: concurrency.max(1),
        });
        self
    }

    /// How often to look without being notified (1 s): the resolution of
    /// `run_at`, and the delay while notifications do not get through.
    #[must_use]
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.settings.poll_interval = interval;
        self
    }

    /// How long a job stays with a worker that is gone (30 s). Renewed at a
    /// third of it while the job runs.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease;
        self
    }

    /// How long [`RunningRunner::shutdown`] lets running jobs go on (25 s).
    #[must_use]
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.settings.shutdown_grace = grace;
        self
    }

    /// How long failed jobs wait.
    #[must_use]
    pub fn back_off(mut self, back_off: BackOff) -> Self {
        self.settings.back_off = back_off;
        self
    }

    /// Polls only; for a connection pooler that does not carry LISTEN.
    #[must_use]
    pub fn without_listener(mut self) -> Self {
        self.settings.is_listening = false;
        self
    }

    /// Starts the loops on the current Tokio runtime.
    pub fn start(self) -> RunningRunner {
        let (shared, queues) = self.share();
        for queue in shared.registry.queues() {
            if !queues.iter().any(|served| served.name == queue) {
                tracing::warn!(queue, "A registered job's queue is not served by this runner");
            }
        }
        running_runner::start(Arc::new(shared), queues)
    }

    /// For tests: runs everything that is due in the queues of the registered
    /// jobs, also what those jobs queue, until nothing is left to do.
    ///
    /// # Errors
    /// The database cannot be reached or refuses.
    pub async fn run_until_idle(self, options: UntilIdle) -> Result<IdleReport, QueueError> {
        let (shared, queues) = self.share();
        until_idle::run(Arc::new(shared), queues, options).await
    }

    fn share(self) -> (Shared<C>, Vec<Queue>) {
        let shared = Shared {
            pool: self.pool,
            context: self.context,
            registry: self.registry,
            settings: self.settings,
            worker: Uuid::new_v4(),
            leases: Leases::default(),
            shutdown: CancellationToken::new(),
        };
        (shared, self.queues)
    }
}
