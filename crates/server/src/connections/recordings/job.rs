//! The fetching itself.

use crate::app::App;
use crate::calls::recording::fetch::{self, FetchError, Found};
use crate::calls::recording_job::{RecordingJob, settle};
use chrono::{DateTime, Utc};
use db::schema::recording_runs::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures::{StreamExt, TryStreamExt, stream};
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::call::RecordingState;
use shared::connection::RunState;
use shared::{CallId, ConnectionId, OrganizationId};
use std::time::Duration;
use uuid::Uuid;

use super::run;

/// Fetched side by side: the provider gives a workspace few requests at a time, and each occupies a processor for its waveform.
const AT_ONCE: usize = 4;
/// Calls after which the place is kept.
const PART: i32 = 20;
/// Parts of one run of the job; others of the queue come in between.
const PARTS: usize = 15;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchRecordings {
    pub connection_id: ConnectionId,
    pub organization_id: OrganizationId,
    /// Of a run that was begun anew meanwhile nothing more is fetched.
    pub run_id: Uuid,
}

#[derive(QueryableByName)]
struct Missing {
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
}

/// What came of a part.
#[derive(Clone, Copy, Default)]
struct Tally {
    stored: i64,
    partial: i64,
    missing: i64,
    failed: i64,
}

impl Tally {
    fn plus(self, other: Self) -> Self {
        Self {
            stored: self.stored + other.stored,
            partial: self.partial + other.partial,
            missing: self.missing + other.missing,
            failed: self.failed + other.failed,
        }
    }
}

impl FetchRecordings {
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.run_id.to_string()),
            organization_id: Some(self.organization_id.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }

    /// The run, while it is this one and goes on.
    async fn going_on(&self, app: &App) -> Result<Option<run::Run>, db::Error> {
        let id = self.connection_id;
        let run = app
            .db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                Ok(run::find(conn, id).await?)
            })
            .await?;
        Ok(run.filter(|run| run.run_id == self.run_id && run.state() == RunState::Running))
    }

    /// Fetches the next calls and keeps the place behind them; whether there were any.
    async fn part(&self, app: &App, run: &run::Run) -> Result<bool, JobError> {
        let mut conn = app.db.connection().await?;
        let missing: Vec<Missing> =
            diesel::sql_query("SELECT call_id, started_at FROM recordings_to_fetch($1, $2, $3, $4, $5)")
                .bind::<SqlUuid, _>(self.connection_id.0)
                .bind::<Bool, _>(run.again)
                .bind::<Timestamptz, _>(run.before_time)
                .bind::<SqlUuid, _>(run.before_id)
                .bind::<Integer, _>(PART)
                .load(&mut conn)
                .await?;
        drop(conn);
        let Some(last) = missing.last().map(|call| (call.started_at, call.call_id)) else {
            self.keep(app, Tally::default(), None).await?;
            return Ok(false);
        };
        let again = run.again;
        let tally = stream::iter(missing)
            .map(|call| fetch_one(app, CallId(call.call_id), again))
            .buffer_unordered(AT_ONCE)
            .try_fold(Tally::default(), |sum, one| async move { Ok(sum.plus(one)) })
            .await?;
        self.keep(app, tally, Some(last)).await?;
        Ok(true)
    }

    /// Adds to the stored run; without a place it is done.
    async fn keep(
        &self,
        app: &App,
        tally: Tally,
        place: Option<(DateTime<Utc>, Uuid)>,
    ) -> Result<(), db::Error> {
        let (id, run_id) = (self.connection_id, self.run_id);
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                let row = dsl::recording_runs.find(id.0).filter(dsl::run_id.eq(run_id));
                let now = Utc::now();
                match place {
                    Some((time, call)) => {
                        let sums = (
                            dsl::stored.eq(dsl::stored + tally.stored),
                            dsl::partial.eq(dsl::partial + tally.partial),
                            dsl::missing.eq(dsl::missing + tally.missing),
                            dsl::failed.eq(dsl::failed + tally.failed),
                            dsl::before_time.eq(time),
                            dsl::before_id.eq(call),
                            dsl::updated_at.eq(now),
                        );
                        diesel::update(row).set(sums).execute(conn).await?
                    }
                    None => {
                        let end = (
                            dsl::state.eq("done"),
                            dsl::updated_at.eq(now),
                            dsl::finished_at.eq(now),
                        );
                        diesel::update(row).set(end).execute(conn).await?
                    }
                };
                Ok(())
            })
            .await
    }

    /// What the page shows when the worker gave up.
    async fn give_up(&self, app: &App, reason: String) -> Result<(), db::Error> {
        let (id, run_id) = (self.connection_id, self.run_id);
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                let row = dsl::recording_runs.find(id.0).filter(dsl::run_id.eq(run_id));
                let end = (
                    dsl::state.eq("failed"),
                    dsl::error.eq(reason),
                    dsl::updated_at.eq(Utc::now()),
                    dsl::finished_at.eq(Utc::now()),
                );
                diesel::update(row).set(end).execute(conn).await?;
                Ok(())
            })
            .await
    }
}

/// One look at one call. What may come later, or may pass, is left to a job of the call's own.
async fn fetch_one(app: &App, call: CallId, again: bool) -> Result<Tally, db::Error> {
    let mut tally = Tally::default();
    let Some(wanted) = fetch::wanted(app, call).await? else {
        tally.missing = 1;
        return Ok(tally);
    };
    let found = fetch::look(app, &wanted).await;
    match &found {
        Ok(Found::Kept(None)) => tally.stored = 1,
        Ok(Found::Kept(Some(_))) => tally.partial = 1,
        Ok(Found::NotThere | Found::Nothing) => tally.missing = 1,
        Ok(Found::NoSound(_)) | Err(_) => tally.failed = 1,
    }
    let later = match &found {
        Ok(Found::NotThere) => !again && wanted.state == RecordingState::Pending,
        Err(error) => !matches!(error, FetchError::Database(_)),
        Ok(_) => false,
    };
    if later {
        let job = RecordingJob {
            organization_id: wanted.key.organization,
            call_id: call,
        };
        let mut conn = app.db.connection().await?;
        if let Err(error) = job.queue(&mut conn).await {
            tracing::warn!(call.id = %call, %error, "a recording was not queued");
        }
    } else {
        settle(app, &wanted, found).await?;
    }
    Ok(tally)
}

impl BackgroundJob for FetchRecordings {
    const NAME: &'static str = "fetch_recordings";
    const QUEUE: &'static str = "recordings";
    const TIMEOUT: Duration = Duration::from_secs(1_800);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        for _ in 0..PARTS {
            let Some(run) = self.going_on(&app).await? else {
                return Ok(());
            };
            match self.part(&app, &run).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => {
                    if meta.is_last_attempt() {
                        let reason =
                            "Something went wrong on our side. What was fetched stays; start it again.";
                        self.give_up(&app, reason.to_owned()).await?;
                    }
                    return Err(error);
                }
            }
            if meta.shutdown.is_cancelled() {
                break;
            }
        }
        Err(JobError::Snooze(Duration::ZERO))
    }
}
