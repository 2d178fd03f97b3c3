//! Removing deliveries that were dealt with long ago, and after a longer time what failed.

use crate::app::App;
use chrono::{DateTime, Days, NaiveTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Rows of each table per transaction: short enough for nobody to notice.
const AT_ONCE: i32 = 1_000;
/// Transactions of one run; the rest follows after a pause, so that a large backlog does not keep a worker from other jobs.
const BATCHES: usize = 200;
const PAUSE: Duration = Duration::from_secs(10);
/// UTC; a quiet hour for most.
const HOUR: u32 = 3;

/// Once a day; its place in the queue is what remembers the day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PruneWebhooks {}

impl PruneWebhooks {
    /// Queues the next one, which any number of workers may do at any time: one waits at most.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(conn: &mut db::Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            run_at: Some(next(Utc::now())),
            unique_key: Some("daily".to_owned()),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, &Self {}, options).await.map(drop)
    }
}

fn next(now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default();
    let today = now.date_naive().and_time(hour).and_utc();
    if today > now { today } else { today + Days::new(1) }
}

#[derive(QueryableByName)]
struct Removed {
    #[diesel(sql_type = BigInt)]
    deliveries: i64,
    #[diesel(sql_type = BigInt)]
    receipts: i64,
}

#[derive(QueryableByName)]
struct GivenUp {
    #[diesel(sql_type = BigInt)]
    deliveries: i64,
}

#[derive(QueryableByName)]
struct Month {
    #[diesel(sql_type = Text)]
    name: String,
}

impl BackgroundJob for PruneWebhooks {
    const NAME: &'static str = "prune_webhooks";
    const PRIORITY: i16 = -5;
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let before = Utc::now() - Days::new(app.config.retention.webhook_days.into());
        let long_before = Utc::now() - Days::new(app.config.retention.failed_days.into());
        let (mut deliveries, mut receipts, mut failed, mut is_over) = (0, 0, 0, false);
        let mut conn = app.db.connection().await?;
        for _ in 0..BATCHES {
            let removed: Removed =
                diesel::sql_query("SELECT deliveries, receipts FROM prune_webhooks($1, $2)")
                    .bind::<Timestamptz, _>(before)
                    .bind::<Integer, _>(AT_ONCE)
                    .get_result(&mut conn)
                    .await?;
            deliveries += removed.deliveries;
            receipts += removed.receipts;
            let given_up: GivenUp = diesel::sql_query("SELECT prune_failed_webhooks($1, $2) AS deliveries")
                .bind::<Timestamptz, _>(long_before)
                .bind::<Integer, _>(AT_ONCE)
                .get_result(&mut conn)
                .await?;
            failed += given_up.deliveries;
            is_over = removed.deliveries == 0 && removed.receipts == 0 && given_up.deliveries == 0;
            if is_over || meta.shutdown.is_cancelled() {
                break;
            }
        }
        let months: Vec<Month> = diesel::sql_query("SELECT name FROM drop_empty_inbox_months($1) AS name")
            .bind::<Timestamptz, _>(before)
            .load(&mut conn)
            .await?;
        let letters = jobs::prune(&mut conn, long_before).await?;
        let months: Vec<String> = months.into_iter().map(|month| month.name).collect();
        tracing::info!(
            removed.deliveries = deliveries,
            removed.receipts = receipts,
            removed.failed = failed,
            removed.dead_letters = letters,
            removed.months = ?months,
            older_than = %before,
            "webhook deliveries that were dealt with are removed"
        );
        if is_over {
            return Ok(());
        }
        Err(JobError::Snooze(PAUSE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_run_is_within_a_day_and_never_now() {
        for (now, wanted) in [
            ("2026-11-24T02:59:59Z", "2026-11-24T03:00:00Z"),
            ("2026-11-24T03:00:00Z", "2026-11-25T03:00:00Z"),
            ("2026-12-31T23:00:00Z", "2027-01-01T03:00:00Z"),
        ] {
            assert_eq!(
                next(now.parse().unwrap()),
                wanted.parse::<DateTime<Utc>>().unwrap()
            );
        }
    }
}
