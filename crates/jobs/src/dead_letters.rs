//! What an operator sees and does: counts, dead letters, replay.

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::enqueue::notify;

/// How many jobs of one queue are in each state.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct QueueCounts {
    /// The queue.
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// Waiting, due or scheduled.
    #[diesel(sql_type = BigInt)]
    pub waiting: i64,
    /// Of those waiting: due already.
    #[diesel(sql_type = BigInt)]
    pub due: i64,
    /// Running now.
    #[diesel(sql_type = BigInt)]
    pub running: i64,
    /// Given up.
    #[diesel(sql_type = BigInt)]
    pub dead: i64,
    /// Since when the oldest due job has been due: the queue's lag.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub oldest_due: Option<DateTime<Utc>>,
}

/// A job that was given up.
#[derive(Debug, Clone, QueryableByName)]
pub struct DeadLetter {
    /// The row's id.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// The queue it waited in.
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// The job's stored name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Ids only, by the queue's rule.
    #[diesel(sql_type = Jsonb)]
    pub payload: serde_json::Value,
    /// Runs begun.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// The label given when it was queued.
    #[diesel(sql_type = Nullable<diesel::sql_types::Uuid>)]
    pub organization_id: Option<Uuid>,
    /// The last failure with its causes.
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
    /// When it was queued.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When it was given up.
    #[diesel(sql_type = Timestamptz)]
    pub finished_at: DateTime<Utc>,
}

/// What [`replay`] did. Ids without a dead letter are in neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replayed {
    /// They wait again, with all their attempts.
    pub queued: i64,
    /// A job with the same unique key waits already, maybe since this very call; the dead letter stays.
    pub already_waiting: i64,
}

/// Counts per queue, ordered by its name; a queue without jobs is absent.
///
/// # Errors
/// The database refuses.
pub async fn counts(conn: &mut AsyncPgConnection) -> QueryResult<Vec<QueueCounts>> {
    sql_query(
        "SELECT queue,
                count(*) FILTER (WHERE state = 'waiting') AS waiting,
                count(*) FILTER (WHERE state = 'waiting' AND run_at <= now()) AS due,
                count(*) FILTER (WHERE state = 'running') AS running,
                count(*) FILTER (WHERE state = 'dead') AS dead,
                min(run_at) FILTER (WHERE state = 'waiting' AND run_at <= now()) AS oldest_due
         FROM jobs GROUP BY queue ORDER BY queue",
    )
    .load(conn)
    .await
}

/// Dead letters, newest first; the next page is `before_id` = the last id seen.
///
/// # Errors
/// The database refuses.
pub async fn dead_letters(
    conn: &mut AsyncPgConnection,
    limit: i64,
    before_id: Option<i64>,
) -> QueryResult<Vec<DeadLetter>> {
    sql_query(
        "SELECT id, queue, name, payload, attempts, organization_id, last_error, created_at, finished_at
         FROM jobs WHERE state = 'dead' AND id < $2 ORDER BY id DESC LIMIT $1",
    )
    .bind::<BigInt, _>(limit)
    .bind::<BigInt, _>(before_id.unwrap_or(i64::MAX))
    .load(conn)
    .await
}

/// Queues dead letters again, with all their attempts. Of several with one unique key the newest waits.
///
/// # Errors
/// The database refuses.
pub async fn replay(conn: &mut AsyncPgConnection, ids: &[i64]) -> QueryResult<Replayed> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        found: i64,
        #[diesel(sql_type = BigInt)]
        queued: i64,
        #[diesel(sql_type = Array<Text>)]
        queues: Vec<String>,
    }
    let row: Row = sql_query(
        "WITH letter AS (SELECT id, name, unique_key FROM jobs
                         WHERE id = ANY ($1) AND state = 'dead' ORDER BY id FOR UPDATE),
              ranked AS (SELECT *, row_number() OVER (PARTITION BY name, unique_key ORDER BY id DESC) AS place FROM letter),
              queued AS (UPDATE jobs SET state = 'waiting', attempts = 0, run_at = now(), finished_at = NULL
                         FROM ranked WHERE jobs.id = ranked.id AND (ranked.unique_key IS NULL OR ranked.place = 1 AND NOT EXISTS (
                             SELECT 1 FROM jobs twin WHERE twin.state = 'waiting'
                             AND twin.name = ranked.name AND twin.unique_key = ranked.unique_key))
                         RETURNING jobs.queue)
         SELECT (SELECT count(*) FROM letter) AS found, (SELECT count(*) FROM queued) AS queued,
                ARRAY (SELECT DISTINCT queue FROM queued) AS queues",
    )
    .bind::<Array<BigInt>, _>(ids)
    .get_result(conn)
    .await?;
    for queue in &row.queues {
        notify(conn, queue).await?;
    }
    Ok(Replayed {
        queued: row.queued,
        already_waiting: row.found - row.queued,
    })
}

/// Deletes dead letters for good; how many there were with these ids.
///
/// # Errors
/// The database refuses.
pub async fn discard(conn: &mut AsyncPgConnection, ids: &[i64]) -> QueryResult<usize> {
    sql_query("DELETE FROM jobs WHERE id = ANY ($1) AND state = 'dead'")
        .bind::<Array<BigInt>, _>(ids)
        .execute(conn)
        .await
}

/// Deletes dead letters of before that moment; how many.
///
/// # Errors
/// The database refuses.
pub async fn prune(conn: &mut AsyncPgConnection, before: DateTime<Utc>) -> QueryResult<usize> {
    sql_query("DELETE FROM jobs WHERE state = 'dead' AND finished_at < $1")
        .bind::<Timestamptz, _>(before)
        .execute(conn)
        .await
}
