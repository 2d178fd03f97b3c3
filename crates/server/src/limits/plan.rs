//! Which bounds each agent should have.

use super::push::PushLimits;
use crate::app::App;
use db::Conn;
use diesel::QueryableByName;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{AgentId, OrganizationId};
use uuid::Uuid;

/// Compares limits and use of all organizations with what stands at the provider. Due when limits, agents or their places change,
/// and every minute, because minutes are used up and months turn by themselves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanLimits {}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    agent_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
}

impl PlanLimits {
    /// Queues it in the transaction that changes what it looks at; one waits at most.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(conn: &mut Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some("all".to_owned()),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, &Self {}, options).await.map(drop)
    }
}

impl BackgroundJob for PlanLimits {
    const NAME: &'static str = "plan_call_limits";
    type Context = App;

    async fn run(&self, app: App, _meta: JobMeta) -> Result<(), JobError> {
        let mut conn = app.db.connection().await?;
        let due: Vec<Due> = diesel::sql_query("SELECT agent_id, organization_id FROM plan_call_limits()")
            .load(&mut conn)
            .await?;
        for agent in due {
            PushLimits {
                agent_id: AgentId(agent.agent_id),
            }
            .queue(&mut conn, OrganizationId(agent.organization_id))
            .await?;
        }
        Ok(())
    }
}
