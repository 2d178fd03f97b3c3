//! Calls that follow an agent which was given to another organization.

use crate::app::App;
use crate::calls::recording_job::RecordingJob;
use db::Conn;
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{AgentId, CallId, OrganizationId};
use std::time::Duration;
use uuid::Uuid;

/// Calls per transaction: a fraction of a second, so that whoever stores a call waits no longer.
const AT_ONCE: i32 = 500;
/// Transactions of one run; other jobs of the queue come in between.
const PARTS: usize = 100;
/// A running call follows when it has ended; it is looked for as often.
const WAIT: Duration = Duration::from_secs(30);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MoveCalls {
    /// The one that was given away.
    pub agent_id: AgentId,
    /// Above both, where the move was ordered.
    pub organization_id: OrganizationId,
}

/// What of the history has moved.
#[derive(QueryableByName)]
pub struct Part {
    #[diesel(sql_type = Bool)]
    pub left_over: bool,
    #[diesel(sql_type = BigInt)]
    moved: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    new_organization: Option<Uuid>,
    #[diesel(sql_type = Array<SqlUuid>)]
    unheard: Vec<Uuid>,
}

/// Why a part was not moved.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Enqueue(#[from] EnqueueError),
}

impl MoveCalls {
    /// Queues it in the transaction that moves the agent.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.agent_id.to_string()),
            organization_id: Some(self.organization_id.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }

    /// Moves the next calls in the transaction of whoever stands above both organizations.
    ///
    /// # Errors
    /// [`PartError`].
    pub async fn part(&self, conn: &mut Conn, at_most: i32) -> Result<Part, PartError> {
        let part: Part = diesel::sql_query(
            "SELECT left_over, moved, new_organization, unheard FROM move_agent_calls($1, $2)",
        )
        .bind::<SqlUuid, _>(self.agent_id.0)
        .bind::<Integer, _>(at_most)
        .get_result(conn)
        .await?;
        for call in &part.unheard {
            if let Some(organization) = part.new_organization {
                RecordingJob {
                    organization_id: OrganizationId(organization),
                    call_id: CallId(*call),
                }
                .queue(conn)
                .await?;
            }
        }
        Ok(part)
    }
}

impl BackgroundJob for MoveCalls {
    const NAME: &'static str = "move_agent_calls";
    /// A move that was promised is not given up: with its back-off this is days.
    const MAX_ATTEMPTS: i32 = 100;
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        for _ in 0..PARTS {
            let job = self.clone();
            let part = app
                .db
                .tenant::<_, PartError, _>(self.organization_id, async move |conn| {
                    job.part(conn, AT_ONCE).await
                })
                .await?;
            if !part.left_over {
                tracing::info!(agent.id = %self.agent_id, "all calls have followed their agent");
                return Ok(());
            }
            if part.moved == 0 {
                return Err(JobError::Snooze(WAIT));
            }
            if meta.shutdown.is_cancelled() {
                break;
            }
        }
        Err(JobError::Snooze(Duration::ZERO))
    }
}
