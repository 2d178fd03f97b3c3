//! Each night's work of one organization, in parts.

use super::{before, effective, sounds, whole};
use crate::app::App;
use chrono::{DateTime, Days, NaiveTime, Utc};
use db::partitions::Partitioned;
use db::schema::retention_runs;
use db::{Conn, audit};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::OrganizationId;
use shared::retention::{RetentionCounts, RetentionRules};
use std::time::Duration;
use uuid::Uuid;

/// Calls whose words are removed per transaction.
const WORDS_AT_ONCE: i32 = 200;
/// Parts of one run; the rest follows after a pause, so that years of calls do not keep a worker from other jobs.
const PARTS: usize = 200;
const PAUSE: Duration = Duration::from_secs(10);
/// UTC; a quiet hour for most.
const HOUR: u32 = 2;

/// Once a day for an organization; its place in the queue is what remembers the day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApplyRetention {
    pub organization_id: OrganizationId,
}

impl ApplyRetention {
    /// Queues the next night of every organization that has a rule, which any number of workers may do at any time.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue_all(conn: &mut Conn) -> Result<(), EnqueueError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = SqlUuid)]
            id: Uuid,
        }
        let rows: Vec<Row> = diesel::sql_query("SELECT id FROM organizations_with_retention() AS id")
            .load(conn)
            .await?;
        for Row { id } in rows {
            let options = Enqueue {
                run_at: Some(next(Utc::now())),
                unique_key: Some(id.to_string()),
                organization_id: Some(id),
                ..Enqueue::default()
            };
            let job = Self {
                organization_id: id.into(),
            };
            jobs::enqueue(conn, &job, options).await?;
        }
        Ok(())
    }
}

fn next(now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default();
    let today = now.date_naive().and_time(hour).and_utc();
    if today > now { today } else { today + Days::new(1) }
}

impl BackgroundJob for ApplyRetention {
    const NAME: &'static str = "apply_retention";
    const PRIORITY: i16 = -5;
    const TIMEOUT: Duration = Duration::from_secs(1800);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let rules = app
            .db
            .tenant::<_, db::Error, _>(self.organization_id, async |conn| Ok(effective(conn).await?))
            .await?;
        if !rules.is_any() {
            return Ok(());
        }
        let run = self.begin(&app).await?;
        let mut night = Night {
            app: &app,
            organization: self.organization_id,
            rules,
            run,
            parts_left: PARTS,
            meta: &meta,
        };
        if night.work().await? {
            return Ok(self.finish(&app, run, rules).await?);
        }
        Err(JobError::Snooze(PAUSE))
    }
}

/// One run of a night.
struct Night<'a> {
    app: &'a App,
    organization: OrganizationId,
    rules: RetentionRules,
    run: Uuid,
    parts_left: usize,
    meta: &'a JobMeta,
}

impl Night<'_> {
    /// Whether nothing is left to do.
    async fn work(&mut self) -> Result<bool, JobError> {
        let now = Utc::now();
        // Whole calls first: what goes as a whole need not go in parts.
        if let Some(before) = before(now, self.rules.call_days) {
            while self.may_go_on() {
                let removed =
                    match whole::part(self.app, self.organization, before, self.rules.at_provider).await {
                        Ok(removed) => removed,
                        // The day's other work goes on; these calls wait for the next night.
                        Err(error @ whole::WholeError::Provider(_)) => {
                            note(self.app, self.organization, self.run, error.to_string()).await?;
                            break;
                        }
                        Err(error) => return Err(error.into()),
                    };
                if !self.count(removed).await? {
                    break;
                }
            }
        }
        if let (Some(before), Some(days)) =
            (before(now, self.rules.recording_days), self.rules.recording_days)
        {
            while self.may_go_on() {
                let removed = sounds::part(self.app, self.organization, before, days).await?;
                if !self.count(removed).await? {
                    break;
                }
            }
        }
        if let Some(before) = before(now, self.rules.transcript_days) {
            while self.may_go_on() {
                let transcripts = words(self.app, self.organization, before).await?;
                let removed = RetentionCounts {
                    transcripts,
                    ..RetentionCounts::default()
                };
                if !self.count(removed).await? {
                    break;
                }
            }
        }
        Ok(self.may_go_on())
    }

    fn may_go_on(&self) -> bool {
        self.parts_left > 0 && !self.meta.shutdown.is_cancelled()
    }

    /// Adds to the run what a part removed; whether it removed anything.
    async fn count(&mut self, removed: RetentionCounts) -> Result<bool, JobError> {
        self.parts_left = self.parts_left.saturating_sub(1);
        if !removed.is_any() {
            return Ok(false);
        }
        let run = self.run;
        self.app
            .db
            .tenant::<_, CountError, _>(self.organization, async move |conn| {
                let so_far: serde_json::Value = retention_runs::table
                    .find(run)
                    .select(retention_runs::removed)
                    .for_update()
                    .first(conn)
                    .await?;
                let so_far: RetentionCounts = serde_json::from_value(so_far).unwrap_or_default();
                let sum = RetentionCounts {
                    recordings: so_far.recordings + removed.recordings,
                    recording_bytes: so_far.recording_bytes + removed.recording_bytes,
                    transcripts: so_far.transcripts + removed.transcripts,
                    calls: so_far.calls + removed.calls,
                    provider_deleted: so_far.provider_deleted + removed.provider_deleted,
                };
                diesel::update(retention_runs::table.find(run))
                    .set(retention_runs::removed.eq(serde_json::to_value(sum)?))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await?;
        Ok(true)
    }
}

/// Why a run's sums were not written.
#[derive(Debug, thiserror::Error)]
enum CountError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error("counts do not serialize: {0}")]
    Json(#[from] serde_json::Error),
}

async fn words(app: &App, organization: OrganizationId, before: DateTime<Utc>) -> Result<i64, db::Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        removed: i64,
    }
    let row: Row = app
        .db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            Ok(diesel::sql_query("SELECT redact_transcripts($1, $2) AS removed")
                .bind::<Timestamptz, _>(before)
                .bind::<Integer, _>(WORDS_AT_ONCE)
                .get_result(conn)
                .await?)
        })
        .await?;
    Ok(row.removed)
}

async fn note(app: &App, organization: OrganizationId, run: Uuid, trouble: String) -> Result<(), db::Error> {
    tracing::info!(organization.id = %organization, trouble, "retention could not remove everything");
    app.db
        .tenant::<_, db::Error, _>(organization, async move |conn| {
            diesel::update(retention_runs::table.find(run))
                .set(retention_runs::trouble.eq(trouble))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await
}

impl ApplyRetention {
    /// The run that was interrupted today, or a new one.
    async fn begin(&self, app: &App) -> Result<Uuid, db::Error> {
        let organization = self.organization_id;
        app.db
            .tenant::<_, db::Error, _>(organization, async move |conn| {
                let open: Option<Uuid> = retention_runs::table
                    .filter(retention_runs::finished_at.is_null())
                    .filter(retention_runs::started_at.gt(Utc::now() - chrono::Duration::hours(20)))
                    .order(retention_runs::started_at.desc())
                    .select(retention_runs::id)
                    .first(conn)
                    .await
                    .optional()?;
                if let Some(open) = open {
                    return Ok(open);
                }
                let id = Uuid::now_v7();
                diesel::insert_into(retention_runs::table)
                    .values((
                        retention_runs::id.eq(id),
                        retention_runs::organization_id.eq(organization.0),
                    ))
                    .execute(conn)
                    .await?;
                Ok(id)
            })
            .await
    }

    /// The audit log tells what a night removed.
    async fn finish(&self, app: &App, run: Uuid, rules: RetentionRules) -> Result<(), db::Error> {
        app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
        let organization = self.organization_id;
        app.db
            .tenant::<_, db::Error, _>(organization, async move |conn| {
                let removed: serde_json::Value = diesel::update(retention_runs::table.find(run))
                    .filter(retention_runs::finished_at.is_null())
                    .set(retention_runs::finished_at.eq(Utc::now()))
                    .returning(retention_runs::removed)
                    .get_result(conn)
                    .await?;
                let counts: RetentionCounts = serde_json::from_value(removed.clone()).unwrap_or_default();
                if counts.is_any() {
                    let entry = audit::Entry {
                        organization,
                        user: None,
                        action: "retention.applied",
                        subject: Some(run.to_string()),
                        details: json!({ "rules": rules, "removed": removed }),
                        ip: None,
                    };
                    audit::record(conn, entry).await?;
                }
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_night_is_within_a_day_and_never_now() {
        for (now, wanted) in [
            ("2026-11-24T01:59:59Z", "2026-11-24T02:00:00Z"),
            ("2026-11-24T02:00:00Z", "2026-11-25T02:00:00Z"),
        ] {
            let now: DateTime<Utc> = now.parse().unwrap();
            assert_eq!(next(now), wanted.parse::<DateTime<Utc>>().unwrap());
        }
    }
}
