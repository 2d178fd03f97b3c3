//! A durable job queue on PostgreSQL that knows nothing of the app.
//!
//! A job is queued inside the caller's transaction ([`enqueue`]) and so exists
//! exactly when the change that needs it does. A [`Runner`] claims due jobs
//! under a lease, runs them, and deletes what succeeded; what fails is tried
//! again with back-off and kept as a dead letter after its last attempt.
//!
//! | what | where |
//! |---|---|
//! | what a job is | `background_job` |
//! | queueing | `enqueue` |
//! | the statements on the jobs table | `storage` |
//! | configuration, start | `runner`; stop and wake-up: `running_runner` |
//! | claiming and settling, one loop a queue | `queue_loop` |
//! | running one job: time-out, panic, outcome | `execute` |
//! | renewing leases, freeing those run out | `keeper` |
//! | LISTEN/NOTIFY | `listener` |
//! | operators' view, replay | `dead_letters` |
//!
//! Guarantees: at least once; never twice at the same time while leases hold;
//! at most one waiting and one running job per unique key; nothing lost by
//! kill -9 of a worker (its jobs are free again when their leases run out).

mod back_off;
mod background_job;
mod dead_letters;
mod enqueue;
mod error;
mod execute;
mod keeper;
mod leases;
mod listener;
mod prepared;
mod queue_loop;
mod registry;
mod runner;
mod running_runner;
mod storage;
mod until_idle;

pub use back_off::BackOff;
pub use background_job::{BackgroundJob, JobMeta};
pub use dead_letters::{DeadLetter, QueueCounts, Replayed, counts, dead_letters, discard, prune, replay};
pub use enqueue::{Enqueue, Wake, enqueue, notify};
pub use error::{EnqueueError, JobError, QueueError};
pub use runner::Runner;
pub use running_runner::{RunningRunner, Waker};
pub use until_idle::{IdleReport, UntilIdle};

/// The pool that a [`Runner`] works with.
pub type Pool = diesel_async::pooled_connection::deadpool::Pool<diesel_async::AsyncPgConnection>;
