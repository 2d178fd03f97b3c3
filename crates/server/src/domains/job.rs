//! Checking a domain by itself. Its row says when the next time is; a minute's housekeeping queues those that are due.

use super::verify;
use crate::app::App;
use crate::worker::HousekeepingError;
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{DomainId, OrganizationId};
use uuid::Uuid;

/// Queued in one minute; the rest waits for the next.
const AT_ONCE: i32 = 200;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckDomain {
    pub id: DomainId,
    pub organization: OrganizationId,
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
}

impl CheckDomain {
    /// Queues it, once.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn) -> Result<(), crate::error::ApiError> {
        self.enqueue(conn).await.map_err(crate::error::ApiError::internal)
    }

    /// Queues all that are due, of every tenant.
    ///
    /// # Errors
    /// The database's.
    pub async fn queue_due(app: &App) -> Result<(), HousekeepingError> {
        let mut conn = app.db.connection().await?;
        let due: Vec<Due> = diesel::sql_query("SELECT * FROM domains_due($1)")
            .bind::<Integer, _>(AT_ONCE)
            .load(&mut conn)
            .await?;
        for Due { id, organization_id } in due {
            let job = Self {
                id: DomainId(id),
                organization: OrganizationId(organization_id),
            };
            job.enqueue(&mut conn).await?;
        }
        Ok(())
    }

    async fn enqueue(&self, conn: &mut db::Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.id.to_string()),
            organization_id: Some(self.organization.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

impl BackgroundJob for CheckDomain {
    const NAME: &'static str = "check_domain";
    const PRIORITY: i16 = -1;
    type Context = App;

    async fn run(&self, app: App, _meta: JobMeta) -> Result<(), JobError> {
        // One that was removed meanwhile needs no check.
        verify::check(&app, self.organization, self.id).await?;
        Ok(())
    }
}
