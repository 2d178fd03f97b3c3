//! The job that finds the calls of a run, part by part; its place is kept with each part.

use super::super::job::Summarize;
use crate::app::App;
use crate::zone;
use db::Conn;
use db::schema::{organizations, summary_runs};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::call::CallFilter;
use shared::{CallId, OrganizationId};
use std::time::Duration;
use uuid::Uuid;

/// Calls of one transaction.
const AT_ONCE: i32 = 200;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CollectSummaries {
    pub organization_id: OrganizationId,
    pub run_id: Uuid,
}

impl CollectSummaries {
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.run_id.to_string()),
            organization_id: Some(self.organization_id.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

/// Why a part was not done.
#[derive(Debug, thiserror::Error)]
enum PartError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Enqueue(#[from] EnqueueError),
    #[error("the stored filter can not be read: {0}")]
    Filter(#[from] serde_json::Error),
}

impl BackgroundJob for CollectSummaries {
    const NAME: &'static str = "collect_summaries";
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        loop {
            if meta.shutdown.is_cancelled() {
                return Err(JobError::Snooze(Duration::ZERO));
            }
            let job = self.clone();
            let more = app
                .db
                .tenant::<_, PartError, _>(self.organization_id, async move |conn| job.part(conn).await)
                .await?;
            if !more {
                return Ok(());
            }
        }
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    started_at: chrono::DateTime<chrono::Utc>,
    #[diesel(sql_type = Bool)]
    marked: bool,
}

impl CollectSummaries {
    /// Marks the next calls and queues them; whether there may be more.
    async fn part(&self, conn: &mut Conn) -> Result<bool, PartError> {
        use summary_runs::dsl;
        let run: Option<(serde_json::Value, String)> = dsl::summary_runs
            .find((self.organization_id.0, self.run_id))
            .filter(dsl::state.eq("collecting"))
            .select((dsl::filter, dsl::state))
            .for_update()
            .first(conn)
            .await
            .optional()?;
        let Some((filter, _)) = run else { return Ok(false) };
        let filter: CallFilter = serde_json::from_value(filter)?;
        let zone: String = organizations::table
            .find(self.organization_id.0)
            .select(organizations::timezone)
            .first(conn)
            .await?;
        let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
        let from = filter.from.map(|date| zone::day_start(zone, date));
        let to = filter
            .to
            .map(|date| zone::day_start(zone, date + chrono::Duration::days(1)));
        let found: Vec<Found> = diesel::sql_query(MARK)
            .bind::<SqlUuid, _>(self.run_id)
            .bind::<Nullable<SqlUuid>, _>(filter.agent.map(|agent| agent.0))
            .bind::<Nullable<Text>, _>(filter.direction.map(|direction| direction.as_str()))
            .bind::<Nullable<Text>, _>(filter.outcome.map(|outcome| outcome.as_str()))
            .bind::<Nullable<Text>, _>(filter.status.map(|status| status.as_str()))
            .bind::<Nullable<Timestamptz>, _>(from)
            .bind::<Nullable<Timestamptz>, _>(to)
            .bind::<Integer, _>(AT_ONCE)
            .load(conn)
            .await?;
        let marked: Vec<&Found> = found.iter().filter(|call| call.marked).collect();
        for call in &marked {
            let job = Summarize {
                call_id: CallId(call.id),
            };
            job.queue(conn, self.organization_id, Summarize::PRIORITY_OF_MANY)
                .await?;
        }
        let more = found.len() == usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        let last = found.last().map(|call| (call.started_at, call.id));
        diesel::update(dsl::summary_runs.find((self.organization_id.0, self.run_id)))
            .set((
                dsl::total.eq(dsl::total + i64::try_from(marked.len()).unwrap_or(i64::MAX)),
                last.map(|(at, id)| (dsl::last_started_at.eq(at), dsl::last_call_id.eq(id))),
                dsl::state.eq(if more { "collecting" } else { "running" }),
            ))
            .execute(conn)
            .await?;
        Ok(more)
    }
}

/// Looks at the next ended calls, newest first, and makes pending those of them that are meant. Who only sees his agents
/// has only their calls summarized.
const MARK: &str = "
WITH run AS (SELECT * FROM summary_runs WHERE organization_id = current_organization() AND id = $1),
looked AS (
    SELECT c.id, c.started_at, c.organization_id FROM calls c, run r
    WHERE c.organization_id = current_organization() AND c.status IN ('done', 'failed') AND c.message_count > 0
      AND ($2 IS NULL OR c.agent_id = $2) AND (r.agents IS NULL OR c.agent_id = ANY (r.agents))
      AND ($3 IS NULL OR c.direction = $3) AND ($4 IS NULL OR c.outcome = $4) AND ($5 IS NULL OR c.status = $5)
      AND ($6 IS NULL OR c.started_at >= $6) AND ($7 IS NULL OR c.started_at < $7)
      AND (r.last_started_at IS NULL OR (c.started_at, c.id) < (r.last_started_at, r.last_call_id))
    ORDER BY c.started_at DESC, c.id DESC LIMIT $8),
marked AS (
    INSERT INTO call_summaries AS s (organization_id, call_id, started_at, state, generation, run_id)
    SELECT l.organization_id, l.id, l.started_at, 'pending', 1, $1 FROM looked l
    ON CONFLICT (organization_id, started_at, call_id) DO UPDATE SET
        state = 'pending', generation = s.generation + 1, attempts = 0, error = NULL, next_try_at = NULL, run_id = $1, updated_at = now()
    WHERE s.state <> 'pending' AND (s.made_at IS NULL OR NOT (SELECT only_missing FROM run))
    RETURNING s.call_id)
SELECT l.id, l.started_at, EXISTS (SELECT FROM marked m WHERE m.call_id = l.id) AS marked
FROM looked l ORDER BY l.started_at DESC, l.id DESC";
