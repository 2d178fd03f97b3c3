//! Queueing a job inside the caller's transaction.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{BackgroundJob, EnqueueError, prepared::Prepared};

/// How a job is queued; the default is "now, as often as asked".
#[derive(Debug, Clone, Default)]
pub struct Enqueue {
    /// Not before this time; now when `None`.
    pub run_at: Option<DateTime<Utc>>,
    /// At most one *waiting* job per (name, key), and never two running at
    /// once. Queued again while one waits: the waiting one stands for both (its
    /// payload stays; it is brought forward to the earlier `run_at` unless it is
    /// backing off from a failure). Queued again while one runs: it runs once
    /// more afterwards, so no change is missed.
    pub unique_key: Option<String>,
    /// A label for operators.
    pub organization_id: Option<Uuid>,
    /// Instead of [`BackgroundJob::MAX_ATTEMPTS`].
    pub max_attempts: Option<i32>,
    /// Instead of [`BackgroundJob::PRIORITY`].
    pub priority: Option<i16>,
    /// How the workers learn of it.
    pub wake: Wake,
}

/// How workers learn of a new job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wake {
    /// NOTIFY at commit: picked up at once by an idle worker of any process.
    #[default]
    Notify,
    /// Nothing: found by the next poll, or at once when the caller wakes its own
    /// runner after the commit ([`crate::Waker`]). PostgreSQL holds one global
    /// lock while a transaction that notifies commits, so such commits are not
    /// grouped: a path that commits hundreds of times a second wants this.
    Poll,
}

#[derive(QueryableByName)]
struct Inserted {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Bool)]
    is_new: bool,
}

/// Queues `job`: it exists when, and only when, the caller's transaction
/// commits. `None` when a unique job was already waiting, which then also sees
/// what this transaction wrote: until its end the waiting job is locked against
/// being claimed. Queue unique jobs late in a transaction, to hold that lock
/// briefly.
///
/// # Errors
/// The payload does not serialize, or the database refuses.
pub async fn enqueue<J: BackgroundJob>(
    conn: &mut AsyncPgConnection,
    job: &J,
    options: Enqueue,
) -> Result<Option<i64>, EnqueueError> {
    let payload = serde_json::to_value(job)?;
    // xmax is 0 only in a row version that this statement inserted.
    let inserted: Inserted = Prepared(sql_query(
        "INSERT INTO jobs (queue, name, payload, priority, max_attempts, unique_key, organization_id, run_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce($8, now()))
         ON CONFLICT (name, unique_key) WHERE state = 'waiting' DO UPDATE
         SET run_at = CASE WHEN jobs.attempts = 0 THEN least(jobs.run_at, excluded.run_at)
                           ELSE jobs.run_at END
         RETURNING id, xmax = 0 AS is_new",
    )
    .bind::<Text, _>(J::QUEUE)
    .bind::<Text, _>(J::NAME)
    .bind::<Jsonb, _>(payload)
    .bind::<SmallInt, _>(options.priority.unwrap_or(J::PRIORITY))
    .bind::<Integer, _>(options.max_attempts.unwrap_or(J::MAX_ATTEMPTS))
    .bind::<Nullable<Text>, _>(options.unique_key)
    .bind::<Nullable<diesel::sql_types::Uuid>, _>(options.organization_id)
    .bind::<Nullable<Timestamptz>, _>(options.run_at))
    .get_result(conn)
    .await?;
    let is_due = options.run_at.is_none_or(|at| at <= Utc::now());
    if is_due && options.wake == Wake::Notify {
        notify(conn, J::QUEUE).await?;
    }
    Ok(inserted.is_new.then_some(inserted.id))
}

/// Wakes the workers of `queue` in every process when the transaction commits.
///
/// # Errors
/// The database refuses.
pub async fn notify(conn: &mut AsyncPgConnection, queue: &str) -> diesel::QueryResult<()> {
    Prepared(sql_query("SELECT pg_notify('jobs', $1)").bind::<Text, _>(queue))
        .execute(conn)
        .await
        .map(drop)
}
