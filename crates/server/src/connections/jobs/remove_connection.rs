//! Erasing a connection that somebody removed, part by part.

use super::EraseRecordings;
use crate::app::App;
use crate::connections::handle::open;
use crate::connections::progress::{self, StartError};
use crate::limits::push::push;
use db::schema::connections::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::live::LiveEvent;
use shared::{AgentId, ConnectionId, OrganizationId};
use std::time::Duration;
use uuid::Uuid;

/// Calls per transaction, each with some dozen turns: a fraction of a second.
const AT_ONCE: i32 = 500;
/// Transactions of one run; other jobs of the queue come in between.
const PARTS: usize = 100;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveConnection {
    pub connection_id: ConnectionId,
    pub organization_id: OrganizationId,
}

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = Bool)]
    left_over: bool,
    #[diesel(sql_type = Array<Text>)]
    storage_keys: Vec<String>,
}

impl RemoveConnection {
    /// Queues it in the transaction that marks the connection.
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

    /// Erases the next part; whether there is more. What it held is gone and the erasing of its sound is queued, or neither.
    async fn part(&self, app: &App) -> Result<bool, JobError> {
        let (id, organization) = (self.connection_id, self.organization_id);
        let left_over = app
            .db
            .tenant::<_, PartError, _>(organization, async move |conn| {
                let part: Part =
                    diesel::sql_query("SELECT left_over, storage_keys FROM erase_connection_part($1, $2)")
                        .bind::<SqlUuid, _>(id.0)
                        .bind::<Integer, _>(AT_ONCE)
                        .get_result(conn)
                        .await?;
                EraseRecordings::queue_all(conn, organization, &part.storage_keys).await?;
                if !part.left_over {
                    sync_successor(conn, id, organization).await?;
                }
                // Whoever looks on sees how much is left.
                db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
                Ok(part.left_over)
            })
            .await?;
        Ok(left_over)
    }

    /// Gives agents their own call limits back. As with the webhook, a dead key keeps nobody from removing.
    async fn unbind(&self, app: &App) -> Result<(), JobError> {
        #[derive(QueryableByName)]
        struct Bounded {
            #[diesel(sql_type = SqlUuid)]
            agent_id: Uuid,
            #[diesel(sql_type = SqlUuid)]
            organization_id: Uuid,
        }
        let id = self.connection_id;
        let bounded: Vec<Bounded> = app
            .db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                let sql = "SELECT agent_id, organization_id FROM lift_call_limits($1)";
                Ok(diesel::sql_query(sql).bind::<SqlUuid, _>(id.0).load(conn).await?)
            })
            .await?;
        if bounded.is_empty() {
            return Ok(());
        }
        let Ok(Some((connection, _))) = open(app, id, self.organization_id).await else {
            return Ok(());
        };
        for Bounded {
            agent_id,
            organization_id,
        } in bounded
        {
            let (agent, organization) = (AgentId(agent_id), OrganizationId(organization_id));
            if let Err(error) = push(app, &connection, organization, agent).await {
                tracing::info!(agent.id = %agent, %error, "the agent keeps our call limits at the provider");
            }
        }
        Ok(())
    }

    /// Tidies up at the provider, once. Its refusal must not keep anybody from removing a connection whose key is dead.
    async fn unregister(&self, app: &App) -> Result<(), db::Error> {
        let (id, organization) = (self.connection_id, self.organization_id);
        let removed = match open(app, id, organization).await {
            Ok(Some((connection, Some(webhook)))) => connection
                .client()
                .delete_webhook(&webhook)
                .await
                .map_err(|error| error.to_string()),
            Ok(_) => return Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = removed {
            tracing::info!(connection.id = %id, error, "the webhook stays at the provider");
        }
        app.db
            .tenant(organization, async move |conn| {
                diesel::update(dsl::connections.find(id.0))
                    .set(dsl::provider_webhook_id.eq(None::<String>))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await
    }
}

/// Where another workspace takes the place of the erased one, its sync begins with the end of the erasing, or neither.
async fn sync_successor(
    conn: &mut db::Conn,
    erased: ConnectionId,
    organization: OrganizationId,
) -> Result<(), PartError> {
    use db::schema::workspace_changes;
    let changes = workspace_changes::table
        .filter(workspace_changes::old_connection_id.eq(erased.0))
        .filter(workspace_changes::finished_at.is_null());
    let successor: Option<Uuid> = diesel::update(changes)
        .set(workspace_changes::finished_at.eq(diesel::dsl::now))
        .returning(workspace_changes::connection_id)
        .get_result(conn)
        .await
        .optional()?;
    if let Some(successor) = successor {
        progress::start(conn, ConnectionId(successor), organization).await?;
    }
    Ok(())
}

/// Why a part was not erased.
#[derive(Debug, thiserror::Error)]
enum PartError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Enqueue(#[from] EnqueueError),
}

impl BackgroundJob for RemoveConnection {
    const NAME: &'static str = "remove_connection";
    /// A removal that was promised is not given up: with its back-off this is days.
    const MAX_ATTEMPTS: i32 = 100;
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        self.unbind(&app).await?;
        self.unregister(&app).await?;
        for _ in 0..PARTS {
            if !self.part(&app).await? {
                tracing::info!(connection.id = %self.connection_id, "the connection and what came through it are erased");
                return Ok(());
            }
            if meta.shutdown.is_cancelled() {
                break;
            }
        }
        Err(JobError::Snooze(Duration::ZERO))
    }
}
