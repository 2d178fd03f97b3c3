//! Running one claimed job: time-out, panic, lost lease, and what follows.

use std::{any::Any, panic::AssertUnwindSafe};

use futures::FutureExt;
use tokio_util::sync::CancellationToken;

use crate::{
    JobError, JobMeta,
    runner::Shared,
    storage::{Claimed, GiveBack},
};

/// What is to be written about a run.
#[derive(Debug)]
pub(crate) enum Outcome {
    Succeeded,
    Again(GiveBack),
    Dead(String),
    /// Another worker has the job by now: nothing may be written.
    Lost,
}

/// A run that ended, not yet written down.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) id: i64,
    pub(crate) attempt: i32,
    pub(crate) outcome: Outcome,
}

/// Longest `last_error` kept, in bytes.
const MAX_ERROR_LENGTH: usize = 8 * 1024;

/// Runs `job` to its end. Never panics.
pub(crate) async fn execute<C: Clone + Send + Sync + 'static>(
    shared: &Shared<C>,
    job: Claimed,
    lost: CancellationToken,
) -> Ended {
    let (id, attempt) = (job.id, job.attempts);
    let name = job.name.clone();
    let is_last = attempt >= job.max_attempts;
    let result = tokio::select! {
        biased;
        () = lost.cancelled() => None,
        result = run(shared, job) => Some(result),
    };
    let outcome = match result {
        None => Outcome::Lost,
        Some(Ok(())) => Outcome::Succeeded,
        Some(Err(JobError::Snooze(delay))) => Outcome::Again(GiveBack {
            delay,
            is_refunded: true,
            error: None,
        }),
        Some(Err(error @ JobError::Permanent(_))) => Outcome::Dead(storable(&error)),
        Some(Err(error @ JobError::Retry { .. })) if is_last => Outcome::Dead(storable(&error)),
        Some(Err(JobError::Retry { source, after })) => {
            let delay = after.unwrap_or_else(|| shared.settings.back_off.delay(attempt));
            Outcome::Again(GiveBack {
                delay,
                is_refunded: false,
                error: Some(storable(&JobError::from(source))),
            })
        }
    };
    match &outcome {
        Outcome::Succeeded => tracing::debug!(job.id = id, job.name = name, "Job done"),
        Outcome::Again(GiveBack { error: None, .. }) => {
            tracing::debug!(job.id = id, job.name = name, "Job snoozed");
        }
        Outcome::Again(GiveBack {
            error: Some(error),
            delay,
            ..
        }) => tracing::warn!(
            job.id = id,
            job.name = name,
            job.attempt = attempt,
            error,
            retry_in_seconds = delay.as_secs_f64(),
            "Job failed, it will be tried again"
        ),
        Outcome::Dead(error) => tracing::error!(
            job.id = id,
            job.name = name,
            job.attempt = attempt,
            error,
            "Job given up, kept as a dead letter"
        ),
        Outcome::Lost => tracing::warn!(
            job.id = id,
            job.name = name,
            "Job cancelled, its lease went to another worker"
        ),
    }
    Ended { id, attempt, outcome }
}

async fn run<C: Clone + Send + Sync + 'static>(shared: &Shared<C>, job: Claimed) -> Result<(), JobError> {
    let Some(handler) = shared.registry.get(&job.name) else {
        // The claim asks for registered names only.
        return Err(anyhow::anyhow!("no job type is registered as {}", job.name).into());
    };
    let meta = JobMeta {
        id: job.id,
        attempt: job.attempts,
        max_attempts: job.max_attempts,
        queue: job.queue,
        organization_id: job.organization_id,
        created_at: job.created_at,
        shutdown: shared.shutdown.clone(),
    };
    let run = (handler.run)(shared.context.clone(), job.payload, meta);
    // A job that panics may leave its own state torn, and that is dropped here;
    // the context it shares must be sound by itself, as under any thread.
    let run = AssertUnwindSafe(run).catch_unwind();
    match tokio::time::timeout(handler.timeout, run).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => Err(anyhow::anyhow!("panicked: {}", panic_message(&*panic)).into()),
        Err(elapsed) => Err(anyhow::Error::new(elapsed)
            .context(format!("took longer than {} s", handler.timeout.as_secs_f64()))
            .into()),
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

/// An error as PostgreSQL's text can hold it: no NUL, not without bound.
fn storable(error: &JobError) -> String {
    let mut text = error.to_string().replace('\0', "\u{fffd}");
    text.truncate(text.floor_char_boundary(MAX_ERROR_LENGTH));
    text
}
