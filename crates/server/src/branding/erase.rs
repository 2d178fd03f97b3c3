//! Removing pictures that nobody shows any more.

use super::upload::storage_key;
use crate::app::App;
use chrono::{Days, Utc};
use db::schema::organization_branding::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::OrganizationId;

/// Pages that are open still show them.
const KEPT_FOR: Days = Days::new(1);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EraseBrandPictures {
    pub organization: OrganizationId,
    pub files: Vec<String>,
}

impl EraseBrandPictures {
    /// Queues it in the transaction that stops showing them.
    ///
    /// # Errors
    /// The database's.
    pub async fn queue(
        conn: &mut db::Conn,
        organization: OrganizationId,
        files: Vec<String>,
    ) -> Result<(), crate::error::ApiError> {
        if files.is_empty() {
            return Ok(());
        }
        let options = Enqueue {
            run_at: Some(Utc::now() + KEPT_FOR),
            organization_id: Some(organization.0),
            ..Enqueue::default()
        };
        let job = Self { organization, files };
        let queued: Result<_, EnqueueError> = jobs::enqueue(conn, &job, options).await;
        queued.map(drop).map_err(crate::error::ApiError::internal)
    }
}

impl BackgroundJob for EraseBrandPictures {
    const NAME: &'static str = "erase_brand_pictures";
    type Context = App;

    async fn run(&self, app: App, _meta: JobMeta) -> Result<(), JobError> {
        type Shown = (Option<String>, Option<String>, Option<String>);
        let organization = self.organization;
        // The same file may have been chosen again meanwhile, or stand in another place.
        let shown: Option<Shown> = app
            .db
            .tenant::<_, db::Error, _>(organization, async move |conn| {
                let own = dsl::organization_branding.find(organization.0);
                let files = own.select((dsl::logo, dsl::logo_dark, dsl::favicon));
                Ok(files.first(conn).await.optional()?)
            })
            .await?;
        let (logo, logo_dark, favicon) = shown.unwrap_or_default();
        let shown = [logo, logo_dark, favicon];
        for file in self
            .files
            .iter()
            .filter(|file| !shown.contains(&Some((*file).clone())))
        {
            let key = storage_key(organization, file).map_err(JobError::permanent)?;
            app.storage.delete_everywhere(&key).await?;
        }
        Ok(())
    }
}
