//! Looking for calls whose webhook was lost.
//!
//! Once a minute the newest conversations are compared with what is stored, back to an overlap before the last look that
//! came to its end: the provider's list lags behind. A conversation is listed from its beginning on, so whatever ends later
//! is known as running, and followed by itself. Then gaps are asked for again, calls that never end are closed, and the
//! webhook is looked after.

use super::page::{self, PageError};
use super::{SYNC_QUEUE, failure};
use crate::app::App;
use crate::calls::store::StoreError;
use crate::calls::store::write::Origin;
use crate::connections::{self, ConnectionError, ConnectionHandle, progress, provider_error, record_health};
use crate::ledger::check::{self, Reach};
use crate::ledger::listed::Reading;
use crate::ledger::walk::{self, WalkHistory};
use crate::ledger::{heal, webhook};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::ConversationQuery;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{ConnectionId, OrganizationId};
use std::collections::HashSet;
use std::time::Duration;

/// How far before the last look the list is read again.
const OVERLAP: chrono::Duration = chrono::Duration::minutes(30);

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
    /// The next minute brings the next one; one that a killed worker held is no failure.
    const MAX_ATTEMPTS: i32 = 3;
    const PRIORITY: i16 = 1;
    /// After a long pause there is much to catch up with.
    const TIMEOUT: Duration = Duration::from_secs(1_800);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some(connection) = connections::load(&app, self.connection_id).await? else {
            return Ok(());
        };
        let check = check::load(&app, &connection).await?;
        let newest = newest(&app, &connection).await?;
        // Nothing yet: that is the first sync's work.
        let Some(since) = check.checked_at.or(newest) else {
            return Ok(());
        };
        let began_at = Utc::now();
        match look(&app, &connection, since - OVERLAP, began_at, &meta).await? {
            Looked::Through { new } => check::ended(&app, &connection, began_at, new > 0).await?,
            // What was read is kept, and what comes after needs no list.
            Looked::InACircle => {}
            Looked::NotThrough => return Ok(()),
        }
        record_health(&app, &connection, Ok(())).await?;
        if walk::is_due(&check, began_at) && !is_syncing(&app, &connection).await? {
            let walk = WalkHistory {
                connection_id: connection.id,
            };
            let mut conn = app.db.connection().await?;
            walk.queue(&mut conn, connection.organization).await?;
        }
        heal::gaps(&app, &connection).await?;
        heal::stuck(&app, &connection).await?;
        webhook::watch(&app, &connection, &check).await?;
        Ok(())
    }
}

enum Looked {
    /// To the end of the list; conversations that were new in it.
    Through { new: i64 },
    /// The list leads back to where it was read before; that is noted.
    InACircle,
    /// The next minute begins again; why is noted.
    NotThrough,
}

/// Reads the list back to `since`. What is complete costs nothing but its line.
async fn look(
    app: &App,
    connection: &ConnectionHandle,
    since: DateTime<Utc>,
    began_at: DateTime<Utc>,
    meta: &JobMeta,
) -> Result<Looked, JobError> {
    let mut query = ConversationQuery {
        started_after: Some(since),
        with_summary: true,
        ..Default::default()
    };
    let reading = Reading {
        at: began_at,
        is_walk: false,
    };
    let (mut seen, mut new) = (HashSet::new(), 0);
    loop {
        let listed = match connection.client().conversations_page(&query).await {
            Ok(listed) => listed,
            Err(error) => return noted(app, connection, error).await,
        };
        match page::fetch(app, connection, listed.items, reading).await {
            Ok(fetched) => {
                new += fetched.new;
                page::keep(app, connection, fetched, Origin::News).await?;
            }
            Err(PageError::Provider(error)) => return noted(app, connection, error).await,
            Err(PageError::Store(error)) => return Err(error.into()),
        }
        match listed.next_cursor {
            None => return Ok(Looked::Through { new }),
            Some(_) if meta.shutdown.is_cancelled() => return Ok(Looked::NotThrough),
            Some(cursor) if !seen.insert(cursor.clone()) => {
                let error = elevenlabs::Error::RepeatedCursor(cursor);
                check::failed(app, connection, Reach::Look, &provider_error::words(&error)).await?;
                return Ok(Looked::InACircle);
            }
            Some(cursor) => query.cursor = Some(cursor),
        }
    }
}

/// The provider's trouble is the connection's state, not a dead letter a minute.
async fn noted(
    app: &App,
    connection: &ConnectionHandle,
    error: elevenlabs::Error,
) -> Result<Looked, JobError> {
    tracing::info!(connection.id = %connection.id, provider.error = %error, "the look for lost calls failed");
    check::failed(app, connection, Reach::Look, &provider_error::words(&error)).await?;
    drop(failure::failed(app, connection, error).await);
    Ok(Looked::NotThrough)
}

/// A sync walks through the whole list as well.
async fn is_syncing(app: &App, connection: &ConnectionHandle) -> Result<bool, ConnectionError> {
    let id = connection.id;
    let run = app
        .db
        .tenant::<_, ConnectionError, _>(connection.organization, async move |conn| {
            progress::find(conn, id).await
        })
        .await?;
    Ok(run.is_some_and(|run| run.progress().state.is_running()))
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
