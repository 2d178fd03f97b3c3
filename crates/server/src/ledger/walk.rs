//! The walk through the provider's whole list: calls that were lost longer ago than a look back reaches, and conversations
//! that the provider has no longer.

use super::check::{self, Check, Reach};
use super::listed::Reading;
use crate::app::App;
use crate::calls::store::StoreError;
use crate::calls::store::write::Origin;
use crate::connections::jobs::{SYNC_QUEUE, failed, keep_page, page};
use crate::connections::{self, ConnectionHandle, provider_error, recordings};
use chrono::{DateTime, Utc};
use db::schema::connection_checks::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::ConversationQuery;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{ConnectionId, OrganizationId};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// How often the whole list is walked.
const EVERY: chrono::Duration = chrono::Duration::hours(24);
/// After a walk that could not be ended.
const AGAIN: chrono::Duration = chrono::Duration::hours(1);
/// One run walks for so long, then other jobs have their turn.
const STRETCH: Duration = Duration::from_secs(60);

/// Whether it is time for one.
pub fn is_due(check: &Check, now: DateTime<Utc>) -> bool {
    check.walked_at.is_none_or(|at| now - at > EVERY) && check.walk_tried_at.is_none_or(|at| now - at > AGAIN)
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WalkHistory {
    pub connection_id: ConnectionId,
}

impl WalkHistory {
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

impl BackgroundJob for WalkHistory {
    const NAME: &'static str = "walk_history";
    const QUEUE: &'static str = SYNC_QUEUE;
    const PRIORITY: i16 = -1;
    /// A minute's look queues the next one.
    const MAX_ATTEMPTS: i32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(600);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some(connection) = connections::load(&app, self.connection_id).await? else {
            return Ok(());
        };
        let (mut seen, begun) = (HashSet::new(), Instant::now());
        let check = check::load(&app, &connection).await?;
        let began_at = check.walk_began_at.unwrap_or_else(Utc::now);
        let mut cursor = check.walk_cursor;
        place(&app, &connection, Some(began_at), cursor.clone()).await?;
        loop {
            if meta.shutdown.is_cancelled() || begun.elapsed() > STRETCH {
                return Err(JobError::Snooze(Duration::ZERO));
            }
            seen.extend(cursor.clone());
            let query = ConversationQuery {
                cursor: cursor.clone(),
                with_summary: true,
                ..Default::default()
            };
            let listed = match connection.client().conversations_page(&query).await {
                Ok(listed) => listed,
                // The provider has forgotten the place: the next walk begins anew.
                Err(elevenlabs::Error::Validation { .. }) if cursor.is_some() => {
                    place(&app, &connection, None, None).await?;
                    return Err(JobError::Snooze(Duration::ZERO));
                }
                Err(error) => {
                    check::failed(&app, &connection, Reach::Walk, &provider_error::words(&error)).await?;
                    return Err(failed(&app, &connection, error).await);
                }
            };
            let reading = Reading {
                at: began_at,
                is_walk: true,
            };
            let fetched = match page::fetch(&app, &connection, listed.items, reading).await {
                Ok(fetched) => fetched,
                Err(page::PageError::Provider(error)) => return Err(failed(&app, &connection, error).await),
                Err(page::PageError::Store(error)) => return Err(error.into()),
            };
            keep_page(&app, &connection, fetched, Origin::History).await?;
            match listed.next_cursor {
                None => {
                    let connection = connection.clone();
                    app.db
                        .tenant::<_, StoreError, _>(connection.organization, async move |conn| {
                            check::walked(conn, &connection, began_at).await?;
                            recordings::run::start(
                                conn,
                                connection.id,
                                connection.organization,
                                recordings::run::Which::NotYet,
                            )
                            .await?;
                            Ok(())
                        })
                        .await?;
                    return Ok(());
                }
                Some(next) if seen.contains(&next) => {
                    place(&app, &connection, None, None).await?;
                    let error = elevenlabs::Error::RepeatedCursor(next);
                    check::failed(&app, &connection, Reach::Walk, &provider_error::words(&error)).await?;
                    // Tried again by itself after a while; another try at once would go in the same circle.
                    return Ok(());
                }
                Some(next) => {
                    place(&app, &connection, Some(began_at), Some(next.clone())).await?;
                    cursor = Some(next);
                }
            }
        }
    }
}

/// Keeps the walk's place, so that after a crash it goes on there.
async fn place(
    app: &App,
    connection: &ConnectionHandle,
    began_at: Option<DateTime<Utc>>,
    cursor: Option<String>,
) -> Result<(), StoreError> {
    let connection = connection.clone();
    app.db
        .tenant::<_, StoreError, _>(connection.organization, async move |conn| {
            check::make(conn, &connection).await?;
            diesel::update(dsl::connection_checks.find(connection.id.0))
                .set((
                    dsl::walk_began_at.eq(began_at),
                    dsl::walk_cursor.eq(cursor),
                    dsl::walk_tried_at.eq(Utc::now()),
                ))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await
}
