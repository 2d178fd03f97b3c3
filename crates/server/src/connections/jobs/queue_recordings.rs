//! Queueing the recordings of a history that was just walked.
//!
//! Not while it is walked: drawing thousands of waveforms would take the processor from the walk that somebody watches.

use super::SYNC_QUEUE;
use crate::app::App;
use crate::calls::recording_job::RecordingJob;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, RunQueryDsl};
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{CallId, ConnectionId, OrganizationId};
use uuid::Uuid;

/// Recordings queued in one transaction.
const AT_ONCE: i32 = 500;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QueueRecordings {
    pub connection_id: ConnectionId,
}

#[derive(QueryableByName)]
struct Wanted {
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
}

impl QueueRecordings {
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn, organization: OrganizationId) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.connection_id.to_string()),
            organization_id: Some(organization.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

impl BackgroundJob for QueueRecordings {
    const NAME: &'static str = "queue_recordings";
    const QUEUE: &'static str = SYNC_QUEUE;
    type Context = App;

    async fn run(&self, app: App, _meta: JobMeta) -> Result<(), JobError> {
        let mut before = (Utc::now() + chrono::Duration::days(3), Uuid::max());
        let connection_id = self.connection_id.0;
        loop {
            let mut conn = app.db.connection().await?;
            let conn: &mut db::Conn = &mut conn;
            let last = conn
                .transaction::<_, EnqueueError, _>(async move |conn| {
                    let wanted: Vec<Wanted> =
                        diesel::sql_query("SELECT * FROM recordings_to_fetch($1, $2, $3, $4)")
                            .bind::<SqlUuid, _>(connection_id)
                            .bind::<Timestamptz, _>(before.0)
                            .bind::<SqlUuid, _>(before.1)
                            .bind::<Integer, _>(AT_ONCE)
                            .load(conn)
                            .await?;
                    for call in &wanted {
                        let organization_id = OrganizationId(call.organization_id);
                        RecordingJob {
                            organization_id,
                            call_id: CallId(call.call_id),
                        }
                        .queue(conn)
                        .await?;
                    }
                    Ok(wanted.last().map(|call| (call.started_at, call.call_id)))
                })
                .await?;
            match last {
                Some(last) => before = last,
                None => return Ok(()),
            }
        }
    }
}
