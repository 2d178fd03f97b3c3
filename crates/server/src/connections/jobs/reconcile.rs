//! Looking for calls whose webhook was lost.
//!
//! Once a minute the newest conversations are compared with what is stored, back to an overlap before the newest call
//! known: the provider's list lags behind, and calls end in another order than they begin.

use super::page::{self, PageError};
use super::{SYNC_QUEUE, failure};
use crate::app::App;
use crate::calls::store::write::{self, Origin};
use crate::calls::store::{StoreError, detail};
use crate::connections::{self, ConnectionHandle, record_health};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::ConversationQuery;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{ConnectionId, OrganizationId};

/// How far before the newest known call the list is read again.
const OVERLAP: chrono::Duration = chrono::Duration::minutes(30);
/// Pages per look; after a long pause the rest follows in the next minutes, or by a sync.
const PAGES: usize = 5;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reconcile {
    pub connection_id: ConnectionId,
}

impl Reconcile {
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

impl BackgroundJob for Reconcile {
    const NAME: &'static str = "reconcile";
    const QUEUE: &'static str = SYNC_QUEUE;
    /// The next minute brings the next one.
    const MAX_ATTEMPTS: i32 = 1;
    const PRIORITY: i16 = 1;
    type Context = App;

    async fn run(&self, app: App, _meta: JobMeta) -> Result<(), JobError> {
        let Some(connection) = connections::load(&app, self.connection_id).await? else {
            return Ok(());
        };
        let Some(newest) = newest(&app, &connection).await? else {
            // Nothing yet: that is the first sync's work.
            return Ok(());
        };
        let mut query = ConversationQuery {
            started_after: Some(newest - OVERLAP),
            with_summary: true,
            ..Default::default()
        };
        for _ in 0..PAGES {
            let listed = match connection.client().conversations_page(&query).await {
                Ok(listed) => listed,
                Err(error) => return noted(&app, &connection, error).await,
            };
            match page::fetch(&app, &connection, listed.items).await {
                Ok(fetched) => store(&app, &connection, fetched).await?,
                Err(PageError::Provider(error)) => return noted(&app, &connection, error).await,
                Err(PageError::Store(error)) => return Err(error.into()),
            }
            match listed.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        record_health(&app, &connection, Ok(())).await?;
        Ok(())
    }
}

/// The provider's trouble is the connection's state, not a dead letter a minute.
async fn noted(app: &App, connection: &ConnectionHandle, error: elevenlabs::Error) -> Result<(), JobError> {
    tracing::info!(connection.id = %connection.id, provider.error = %error, "the look for lost calls failed");
    drop(failure::failed(app, connection, error).await);
    Ok(())
}

/// Start of the newest call of the connection, whoever it belongs to.
async fn newest(app: &App, connection: &ConnectionHandle) -> Result<Option<DateTime<Utc>>, StoreError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<Timestamptz>)]
        newest: Option<DateTime<Utc>>,
    }
    let mut conn = app.db.connection().await?;
    let row: Row = diesel::sql_query("SELECT newest_call($1) AS newest")
        .bind::<SqlUuid, _>(connection.id.0)
        .get_result(&mut conn)
        .await?;
    Ok(row.newest)
}

async fn store(app: &App, connection: &ConnectionHandle, fetched: page::Fetched) -> Result<(), StoreError> {
    let now = Utc::now();
    let id = connection.id;
    for (organization, batch) in detail::place_all(app, connection, fetched.records, now).await? {
        app.db
            .tenant::<_, StoreError, _>(organization, async move |conn| {
                write::details(conn, id, organization, &batch, Origin::News, now).await
            })
            .await?;
    }
    let later = fetched.later;
    app.db
        .tenant::<_, StoreError, _>(connection.organization, async move |conn| {
            for job in &later {
                job.queue(conn).await?;
            }
            Ok(())
        })
        .await
}
