//! Reading one agent that was first heard of through a call.

use super::{agent_rows, failure};
use crate::app::App;
use crate::connections::{self, ConnectionError};
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{ConnectionId, OrganizationId};
use std::collections::HashMap;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchAgent {
    pub connection_id: ConnectionId,
    pub provider_agent_id: String,
}

impl FetchAgent {
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn, organization: OrganizationId) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(format!("{}:{}", self.connection_id, self.provider_agent_id)),
            organization_id: Some(organization.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

impl BackgroundJob for FetchAgent {
    const NAME: &'static str = "fetch_agent";
    type Context = App;

    async fn run(&self, app: App, _meta: JobMeta) -> Result<(), JobError> {
        let Some(connection) = connections::load(&app, self.connection_id).await? else {
            return Ok(());
        };
        let agent = match connection.client().agent(&self.provider_agent_id).await {
            Ok(agent) => agent,
            // Deleted at the provider; its calls keep the placeholder.
            Err(elevenlabs::Error::NotFound { .. }) => return Ok(()),
            Err(error) => return Err(failure::failed(&app, &connection, error).await),
        };
        let rows = vec![agent_rows::row(&agent, false, &HashMap::new())];
        let owner = connection.organization;
        app.db
            .tenant::<_, ConnectionError, _>(owner, async move |conn| {
                agent_rows::store(conn, &connection, rows, false).await
            })
            .await?;
        Ok(())
    }
}
