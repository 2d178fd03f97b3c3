//! Doing again what deliveries asked for, one after the other in the order in which they came: two of one call must not
//! overtake each other. What was made of them before is made anew; nothing is added twice.

use super::payload;
use super::process::{Done, act};
use crate::app::App;
use crate::calls::store::write::Origin;
use crate::connections::{self, ConnectionHandle};
use chrono::{DateTime, Utc};
use db::schema::webhook_inbox::{self, dsl};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{ConnectionId, OrganizationId};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// One run goes on for so long, then other jobs have their turn.
const STRETCH: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReplayDeliveries {
    pub connection_id: ConnectionId,
    /// The connection's owner.
    pub organization_id: OrganizationId,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_inbox, check_for_backend(diesel::pg::Pg))]
struct Next {
    id: Uuid,
    received_at: DateTime<Utc>,
    body: Vec<u8>,
    sealed: bool,
}

impl ReplayDeliveries {
    /// Queues it in the transaction that puts deliveries in line.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.connection_id.to_string()),
            organization_id: Some(self.organization_id.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }

    async fn next(&self, app: &App) -> Result<Option<Next>, db::Error> {
        let id = self.connection_id.0;
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                Ok(dsl::webhook_inbox
                    .filter(dsl::connection_id.eq(id))
                    .filter(dsl::replay_asked_at.is_not_null())
                    .order((dsl::received_at, dsl::id))
                    .select(Next::as_select())
                    .first(conn)
                    .await
                    .optional()?)
            })
            .await
    }

    /// Takes it out of the line.
    async fn mark(
        &self,
        app: &App,
        key: (Uuid, DateTime<Utc>, Uuid),
        state: &'static str,
        error: Option<String>,
    ) -> Result<(), db::Error> {
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                diesel::update(dsl::webhook_inbox.find(key))
                    .set((
                        dsl::state.eq(state),
                        dsl::error.eq(error.map(|text| text.replace('\0', ""))),
                        dsl::processed_at.eq(Utc::now()),
                        dsl::replay_asked_at.eq(None::<DateTime<Utc>>),
                    ))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await
    }

    async fn one(
        &self,
        app: &App,
        connection: &ConnectionHandle,
        next: Next,
        is_last: bool,
    ) -> Result<(), JobError> {
        let key = (self.organization_id.0, next.received_at, next.id);
        let done = match payload::open(app, next.body, next.sealed, next.id).await {
            Ok(body) => act(app, connection, &body, next.received_at, Origin::Replay).await,
            Err(error) => Err(JobError::permanent(error)),
        };
        match done {
            Ok(done) => {
                if matches!(done, Done::Erased) {
                    payload::forget(app, self.organization_id, key).await?;
                }
                Ok(self.mark(app, key, done.state(), None).await?)
            }
            // One that can not be done does not hold up those behind it.
            Err(error @ JobError::Permanent(_)) => {
                Ok(self.mark(app, key, "failed", Some(error.to_string())).await?)
            }
            Err(error) if is_last => {
                self.mark(app, key, "failed", Some(error.to_string())).await?;
                Err(JobError::Snooze(Duration::ZERO))
            }
            Err(error) => Err(error),
        }
    }
}

impl BackgroundJob for ReplayDeliveries {
    const NAME: &'static str = "replay_deliveries";
    const TIMEOUT: Duration = Duration::from_secs(600);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some(connection) = connections::load(&app, self.connection_id).await? else {
            return Ok(());
        };
        let begun = Instant::now();
        while let Some(next) = self.next(&app).await? {
            if meta.shutdown.is_cancelled() || begun.elapsed() > STRETCH {
                return Err(JobError::Snooze(Duration::ZERO));
            }
            self.one(&app, &connection, next, meta.is_last_attempt()).await?;
        }
        Ok(())
    }
}
