//! Second half of a sync: the walk through the history.
//!
//! Each page is stored together with the cursor of the next, so that after a crash the walk goes on where it was.

use super::page::{self, Fetched, PageError};
use super::sync_agents::give_up_or_retry;
use super::{SYNC_QUEUE, failure};
use crate::app::App;
use crate::calls::store::write::{self, Origin, Placed};
use crate::calls::store::{StoreError, detail};
use crate::connections::progress::{self, SyncRun};
use crate::connections::recordings;
use crate::connections::{self, ConnectionError, ConnectionHandle, record_health};
use crate::ledger::check;
use crate::ledger::listed::Reading;
use crate::summaries::queue;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::sync_runs::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::ConversationQuery;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::connection::SyncState;
use shared::live::LiveEvent;
use shared::{ConnectionId, OrganizationId};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Progress is published no more often than this.
const PUBLISH_EVERY: Duration = Duration::from_millis(200);
/// One run walks for so long, then the next one takes its turn.
const STRETCH: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SyncCalls {
    pub connection_id: ConnectionId,
    pub run_id: Uuid,
}

impl SyncCalls {
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut Conn, organization: OrganizationId) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.run_id.to_string()),
            organization_id: Some(organization.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

impl BackgroundJob for SyncCalls {
    const NAME: &'static str = "sync_calls";
    const QUEUE: &'static str = SYNC_QUEUE;
    const TIMEOUT: Duration = Duration::from_secs(600);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some(connection) = connections::load(&app, self.connection_id).await? else {
            return Ok(());
        };
        let begun = Instant::now();
        let mut published = None;
        // A circle of pages is found within one run, however long it is.
        let mut seen = HashSet::new();
        loop {
            let Some(run) = self.current(&app, &connection).await? else {
                return Ok(());
            };
            if meta.shutdown.is_cancelled() || begun.elapsed() > STRETCH {
                return Err(JobError::Snooze(Duration::ZERO));
            }
            let query = ConversationQuery {
                cursor: run.cursor.clone(),
                with_summary: true,
                ..Default::default()
            };
            let listed = match connection.client().conversations_page(&query).await {
                Ok(listed) => listed,
                // The provider has forgotten the place: begin again; what is complete is passed over quickly.
                Err(elevenlabs::Error::Validation { .. }) if run.cursor.is_some() => {
                    self.rewind(&app, &connection).await?;
                    seen.clear();
                    continue;
                }
                Err(error) => return give_up_or_retry(&app, &connection, self.run_id, error, &meta).await,
            };
            seen.extend(run.cursor);
            if let Some(next) = listed.next_cursor.as_ref().filter(|next| seen.contains(*next)) {
                let error = elevenlabs::Error::RepeatedCursor(next.clone());
                return give_up_or_retry(&app, &connection, self.run_id, error, &meta).await;
            }
            let reading = Reading {
                at: run.started_at,
                is_walk: true,
            };
            let fetched = match page::fetch(&app, &connection, listed.items, reading).await {
                Ok(fetched) => fetched,
                Err(PageError::Provider(error)) => {
                    return give_up_or_retry(&app, &connection, self.run_id, error, &meta).await;
                }
                Err(PageError::Store(error)) => return Err(error.into()),
            };
            match &fetched.trouble {
                None => record_health(&app, &connection, Ok(())).await?,
                Some(error) => drop(failure::failed(&app, &connection, error.clone()).await),
            }
            let is_time = published.is_none_or(|at: Instant| at.elapsed() >= PUBLISH_EVERY);
            let is_last = listed.next_cursor.is_none();
            self.store(
                &app,
                &connection,
                fetched,
                listed.next_cursor,
                run.started_at,
                is_time || is_last,
            )
            .await?;
            if is_time {
                published = Some(Instant::now());
            }
            if is_last {
                return Ok(());
            }
        }
    }
}

impl SyncCalls {
    /// The walk as stored; `None` when it is over or a newer one took over.
    async fn current(
        &self,
        app: &App,
        connection: &ConnectionHandle,
    ) -> Result<Option<SyncRun>, ConnectionError> {
        let id = connection.id;
        let run = app
            .db
            .tenant::<_, ConnectionError, _>(connection.organization, async move |conn| {
                progress::find(conn, id).await
            })
            .await?;
        Ok(run.filter(|run| run.run_id == self.run_id && run.state == progress::text(SyncState::Calls)))
    }

    async fn rewind(&self, app: &App, connection: &ConnectionHandle) -> Result<(), ConnectionError> {
        let (id, run_id) = (connection.id.0, self.run_id);
        app.db
            .tenant::<_, ConnectionError, _>(connection.organization, async move |conn| {
                diesel::update(dsl::sync_runs.find(id).filter(dsl::run_id.eq(run_id)))
                    .set((
                        dsl::cursor.eq(None::<String>),
                        dsl::calls_seen.eq(0),
                        dsl::calls_done.eq(0),
                        dsl::calls_failed.eq(0),
                        dsl::updated_at.eq(Utc::now()),
                    ))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await
    }

    /// Stores a page. Calls of other organizations than the connection's owner go first, each in its own transaction;
    /// the owner's come with the new place of the walk, so that a crash in between repeats the page.
    async fn store(
        &self,
        app: &App,
        connection: &ConnectionHandle,
        fetched: Fetched,
        next: Option<String>,
        began_at: DateTime<Utc>,
        publish: bool,
    ) -> Result<(), StoreError> {
        let now = Utc::now();
        let (id, run_id, owner) = (connection.id, self.run_id, connection.organization);
        let step = Step {
            run_id,
            next,
            seen: fetched.seen,
            done: fetched.complete + i64::try_from(fetched.records.len()).unwrap_or(i64::MAX),
            failed: fetched.failed,
            publish,
        };
        let mut placed = detail::place_all(app, connection, fetched.records, now).await?;
        let own: Vec<Placed> = placed.remove(&owner).unwrap_or_default();
        for (organization, batch) in placed {
            let asks = app.clone();
            app.db
                .tenant::<_, StoreError, _>(organization, async move |conn| {
                    let known = write::details(conn, id, organization, &batch, Origin::History, now).await?;
                    queue::ended(conn, &asks, organization, &known, now).await
                })
                .await?;
        }
        let (later, asks, listed_of) = (fetched.later, app.clone(), connection.clone());
        app.db
            .tenant::<_, StoreError, _>(owner, async move |conn| {
                if !own.is_empty() {
                    let known = write::details(conn, id, owner, &own, Origin::History, now).await?;
                    queue::ended(conn, &asks, owner, &known, now).await?;
                }
                for job in &later {
                    job.queue(conn).await?;
                }
                if step.next.is_none() {
                    check::walked(conn, &listed_of, began_at).await?;
                    recordings::run::start(conn, id, owner, recordings::run::Which::NotYet).await?;
                }
                step.store(conn, id).await
            })
            .await
    }
}

/// What a page adds to the walk.
struct Step {
    run_id: Uuid,
    next: Option<String>,
    seen: i64,
    done: i64,
    failed: i64,
    publish: bool,
}

impl Step {
    async fn store(&self, conn: &mut Conn, connection: ConnectionId) -> Result<(), StoreError> {
        let is_last = self.next.is_none();
        let state = if is_last {
            SyncState::Done
        } else {
            SyncState::Calls
        };
        let run = diesel::update(
            dsl::sync_runs
                .find(connection.0)
                .filter(dsl::run_id.eq(self.run_id)),
        )
        .set((
            dsl::state.eq(progress::text(state)),
            dsl::cursor.eq(&self.next),
            dsl::calls_seen.eq(dsl::calls_seen + self.seen),
            dsl::calls_done.eq(dsl::calls_done + self.done),
            dsl::calls_failed.eq(dsl::calls_failed + self.failed),
            dsl::listed_all.eq(is_last),
            dsl::finished_at.eq(is_last.then(Utc::now)),
            dsl::updated_at.eq(Utc::now()),
        ))
        .returning(SyncRun::as_returning())
        .get_result(conn)
        .await
        .optional()?;
        if let Some(run) = run.filter(|_| self.publish) {
            db::live::publish(
                conn,
                &LiveEvent::SyncProgress {
                    progress: run.progress(),
                },
            )
            .await?;
        }
        Ok(())
    }
}
