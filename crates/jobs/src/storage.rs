//! The statements on the jobs table. Each is short: no row lock and no
//! connection is held while a job runs, only a lease (`locked_until`).

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Double, Integer, Jsonb, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::{enqueue::notify, prepared::Prepared};

type SqlUuid = diesel::sql_types::Uuid;

/// A job that this runner now holds.
#[derive(Debug, QueryableByName)]
pub(crate) struct Claimed {
    #[diesel(sql_type = BigInt)]
    pub(crate) id: i64,
    #[diesel(sql_type = Text)]
    pub(crate) queue: String,
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
    #[diesel(sql_type = Jsonb)]
    pub(crate) payload: Value,
    #[diesel(sql_type = Integer)]
    pub(crate) attempts: i32,
    #[diesel(sql_type = Integer)]
    pub(crate) max_attempts: i32,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) organization_id: Option<Uuid>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Claims up to `limit` due jobs of `queue` with one of `names`. A waiting job
/// whose unique key is running elsewhere stays where it is.
///
/// One look into the index per priority in use, from the highest down: ordered
/// by priority in one go, each claim would read past all jobs scheduled for later.
///
/// The claim does not wait for the disk (`synchronous_commit`, this statement
/// only): one lost in a crash of the database leaves the job waiting, and what
/// a run commits afterwards writes the claim out with it.
pub(crate) async fn claim(
    conn: &mut AsyncPgConnection,
    worker: Uuid,
    queue: &str,
    names: &[&str],
    limit: usize,
    lease: Duration,
) -> QueryResult<Vec<Claimed>> {
    Prepared(
        sql_query(
            "WITH RECURSIVE priorities AS (
             (SELECT priority FROM jobs WHERE queue = $1 AND state = 'waiting'
              ORDER BY priority DESC LIMIT 1)
             UNION ALL
             SELECT (SELECT priority FROM jobs WHERE queue = $1 AND state = 'waiting'
                     AND priority < higher.priority ORDER BY priority DESC LIMIT 1)
             FROM priorities higher WHERE higher.priority IS NOT NULL),
         due AS (
             SELECT next.id FROM priorities CROSS JOIN LATERAL (
                 SELECT id FROM jobs
                 WHERE queue = $1 AND state = 'waiting' AND priority = priorities.priority
                   AND run_at <= now() AND name = ANY($2)
                   AND (unique_key IS NULL OR NOT EXISTS (
                       SELECT 1 FROM jobs other WHERE other.state = 'running'
                       AND other.name = jobs.name AND other.unique_key = jobs.unique_key))
                 ORDER BY run_at, id
                 LIMIT $3
                 FOR UPDATE SKIP LOCKED) next
             LIMIT $3)
         UPDATE jobs SET state = 'running', attempts = attempts + 1, locked_by = $4,
                locked_until = now() + make_interval(secs => $5)
         FROM due, (SELECT set_config('synchronous_commit', 'off', true)) AS unsynced
         WHERE jobs.id = due.id
         RETURNING jobs.id, queue, name, payload, attempts, max_attempts, organization_id, created_at",
        )
        .bind::<Text, _>(queue)
        .bind::<Array<Text>, _>(names)
        .bind::<BigInt, _>(i64::try_from(limit).unwrap_or(i64::MAX))
        .bind::<SqlUuid, _>(worker)
        .bind::<Double, _>(lease.as_secs_f64()),
    )
    .load(conn)
    .await
}

/// Deletes what succeeded: history belongs to the app's own tables.
pub(crate) async fn finish(conn: &mut AsyncPgConnection, worker: Uuid, ids: &[i64]) -> QueryResult<usize> {
    Prepared(
        sql_query("DELETE FROM jobs WHERE id = ANY($1) AND locked_by = $2")
            .bind::<Array<BigInt>, _>(ids)
            .bind::<SqlUuid, _>(worker),
    )
    .execute(conn)
    .await
}

/// How a job goes back to waiting.
#[derive(Debug, Clone)]
pub(crate) struct GiveBack {
    pub(crate) delay: Duration,
    /// Whether the run is to be forgotten as an attempt.
    pub(crate) is_refunded: bool,
    /// Replaces `last_error` when given.
    pub(crate) error: Option<String>,
}

/// Lets a job wait again. When a job with the same unique key waits already
/// (queued while this one ran), that one stands for both: it takes over the
/// attempts and the back-off, so that a failing key cannot retry for ever.
pub(crate) async fn give_back(
    conn: &mut AsyncPgConnection,
    worker: Uuid,
    id: i64,
    how: &GiveBack,
) -> QueryResult<usize> {
    sql_query(
        "WITH mine AS (
             SELECT id, name, unique_key, attempts - $3 AS attempts,
                    now() + make_interval(secs => $4) AS run_at, coalesce($5, last_error) AS last_error
             FROM jobs WHERE id = $1 AND locked_by = $2 FOR UPDATE),
         twin AS (
             UPDATE jobs SET attempts = greatest(jobs.attempts, mine.attempts),
                    run_at = greatest(jobs.run_at, mine.run_at), last_error = mine.last_error
             FROM mine WHERE jobs.state = 'waiting' AND jobs.name = mine.name
                         AND jobs.unique_key = mine.unique_key
             RETURNING jobs.id),
         gone AS (
             DELETE FROM jobs USING mine WHERE jobs.id = mine.id AND EXISTS (SELECT 1 FROM twin))
         UPDATE jobs SET state = 'waiting', attempts = mine.attempts, run_at = mine.run_at,
                last_error = mine.last_error, locked_by = NULL, locked_until = NULL
         FROM mine WHERE jobs.id = mine.id AND NOT EXISTS (SELECT 1 FROM twin)",
    )
    .bind::<BigInt, _>(id)
    .bind::<SqlUuid, _>(worker)
    .bind::<Integer, _>(i32::from(how.is_refunded))
    .bind::<Double, _>(how.delay.as_secs_f64())
    .bind::<Nullable<Text>, _>(how.error.as_deref())
    .execute(conn)
    .await
}

/// Keeps a job as a dead letter.
pub(crate) async fn bury(
    conn: &mut AsyncPgConnection,
    worker: Uuid,
    id: i64,
    error: &str,
) -> QueryResult<usize> {
    sql_query(
        "UPDATE jobs SET state = 'dead', last_error = $3, finished_at = now(),
                locked_by = NULL, locked_until = NULL
         WHERE id = $1 AND locked_by = $2",
    )
    .bind::<BigInt, _>(id)
    .bind::<SqlUuid, _>(worker)
    .bind::<Text, _>(error)
    .execute(conn)
    .await
}

/// Renews the leases of `ids`; returns those still held.
pub(crate) async fn renew(
    conn: &mut AsyncPgConnection,
    worker: Uuid,
    ids: &[i64],
    lease: Duration,
) -> QueryResult<Vec<i64>> {
    let held: Vec<Id> = Prepared(
        sql_query(
            "UPDATE jobs SET locked_until = now() + make_interval(secs => $3)
         WHERE id = ANY($1) AND locked_by = $2 RETURNING id",
        )
        .bind::<Array<BigInt>, _>(ids)
        .bind::<SqlUuid, _>(worker)
        .bind::<Double, _>(lease.as_secs_f64()),
    )
    .load(conn)
    .await?;
    Ok(held.into_iter().map(|row| row.id).collect())
}

/// What a dead worker left behind.
#[derive(QueryableByName)]
struct Expired {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    queue: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = SqlUuid)]
    locked_by: Uuid,
    #[diesel(sql_type = Bool)]
    is_last: bool,
}

/// Frees jobs whose lease ran out: their worker is gone. The run that was cut
/// off stays counted, or a job that kills its worker would do so for ever.
pub(crate) async fn free_expired(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    const ERROR: &str = "the worker was gone before the job had finished (lease expired)";
    conn.transaction(async |conn| {
        let expired: Vec<Expired> = sql_query(
            "SELECT id, queue, name, locked_by, attempts >= max_attempts AS is_last FROM jobs
             WHERE state = 'running' AND locked_until < now()
             ORDER BY id LIMIT 200 FOR UPDATE SKIP LOCKED",
        )
        .load(conn)
        .await?;
        for job in &expired {
            tracing::warn!(
                job.id = job.id,
                job.name = job.name,
                "A job's lease ran out, its worker is gone"
            );
            if job.is_last {
                bury(conn, job.locked_by, job.id, ERROR).await?;
            } else {
                let how = GiveBack {
                    delay: Duration::ZERO,
                    is_refunded: false,
                    error: Some(ERROR.into()),
                };
                give_back(conn, job.locked_by, job.id, &how).await?;
                notify(conn, &job.queue).await?;
            }
        }
        Ok(expired.len())
    })
    .await
}

/// Waiting jobs that this runner's queues hold but nothing here can run.
pub(crate) async fn unknown_names(
    conn: &mut AsyncPgConnection,
    queues: &[&str],
    names: &[&str],
) -> QueryResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let unknown: Vec<Name> = sql_query(
        "SELECT DISTINCT name FROM jobs
         WHERE state = 'waiting' AND queue = ANY($1) AND name <> ALL($2) ORDER BY name",
    )
    .bind::<Array<Text>, _>(queues)
    .bind::<Array<Text>, _>(names)
    .load(conn)
    .await?;
    Ok(unknown.into_iter().map(|row| row.name).collect())
}

/// Makes failed jobs of `queues` due now, those in `except` aside.
pub(crate) async fn skip_back_off(
    conn: &mut AsyncPgConnection,
    queues: &[&str],
    except: &[i64],
) -> QueryResult<usize> {
    sql_query(
        "UPDATE jobs SET run_at = now() WHERE state = 'waiting' AND attempts > 0
         AND run_at > now() AND queue = ANY($1) AND id <> ALL($2)",
    )
    .bind::<Array<Text>, _>(queues)
    .bind::<Array<BigInt>, _>(except)
    .execute(conn)
    .await
}
