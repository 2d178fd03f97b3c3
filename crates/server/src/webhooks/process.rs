//! Doing what a stored delivery asks for.

use super::{audio, payload};
use crate::app::App;
use crate::calls::store::write::Origin;
use crate::calls::store::{self, StoreError};
use crate::connections::jobs::FetchConversation;
use crate::connections::{self, ConnectionHandle};
use crate::ledger::novelties::{self, Found};
use chrono::{DateTime, Utc};
use db::schema::{connections as connection_rows, webhook_inbox};
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::webhook::{Envelope, Event};
use jobs::{BackgroundJob, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::{ConnectionId, OrganizationId};
use uuid::Uuid;

/// The connection page shows when the last delivery came; to the second is not needed.
const NOTE_EVERY: chrono::Duration = chrono::Duration::seconds(5);

const ERASED: &str = "Of a call that was erased; what it said was not kept";

/// Queued by the statement that stores the delivery.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProcessWebhook {
    pub inbox_id: Uuid,
    /// The connection's owner.
    pub organization_id: OrganizationId,
    pub received_at: DateTime<Utc>,
}

/// What became of a delivery.
#[derive(Clone, Copy)]
pub(super) enum Done {
    Stored,
    /// An event that this version does nothing with; kept.
    Ignored,
    /// About a call that was erased: nothing of it is kept.
    Erased,
}

impl Done {
    /// As stored.
    pub(super) fn state(self) -> &'static str {
        match self {
            Self::Stored => "done",
            Self::Ignored | Self::Erased => "ignored",
        }
    }
}

type Stored = (Uuid, Vec<u8>, bool, String);

impl BackgroundJob for ProcessWebhook {
    const NAME: &'static str = "process_webhook";
    const QUEUE: &'static str = "webhooks";
    const PRIORITY: i16 = 5;
    const MAX_ATTEMPTS: i32 = 10;
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some((connection_id, body, is_sealed, state)) = self.load(&app).await? else {
            // Removed with its connection.
            return Ok(());
        };
        if state == "done" || state == "ignored" {
            return Ok(());
        }
        let Some(connection) = connections::load(&app, ConnectionId(connection_id)).await? else {
            return Ok(());
        };
        let opened = match payload::open(&app, body, is_sealed, self.inbox_id).await {
            Ok(body) => payload::about(body).await,
            Err(error) => Err(error),
        };
        let (done, about) = match opened {
            Ok((body, about)) => (
                act(&app, &connection, &body, self.received_at, Origin::News).await,
                about,
            ),
            // What can not be opened now will not open later.
            Err(error) => (Err(JobError::permanent(error)), None),
        };
        match done {
            Ok(Done::Erased) => {
                let key = (self.organization_id.0, self.received_at, self.inbox_id);
                payload::forget(&app, self.organization_id, key).await?;
                let why = Some(ERASED.to_owned());
                Ok(self
                    .mark(&app, connection.id, Done::Erased.state(), why, None)
                    .await?)
            }
            Ok(done) => Ok(self.mark(&app, connection.id, done.state(), None, about).await?),
            Err(error) => {
                let is_over = meta.is_last_attempt() || matches!(error, JobError::Permanent(_));
                let state = if is_over { "failed" } else { "new" };
                self.mark(&app, connection.id, state, Some(error.to_string()), about)
                    .await?;
                Err(error)
            }
        }
    }
}

/// Does what a delivery asks for; safe to repeat.
///
/// # Errors
/// [`JobError::Permanent`] for what can not be read, else what may go better the next time.
pub(super) async fn act(
    app: &App,
    connection: &ConnectionHandle,
    body: &[u8],
    received_at: DateTime<Utc>,
    origin: Origin,
) -> Result<Done, JobError> {
    // What does not parse now will not parse later.
    match Event::read(body).map_err(JobError::permanent)? {
        Event::PostCallTranscription(conversation) => {
            match store::store_detail_of(app, connection, &conversation, origin).await {
                Ok(_) => {}
                Err(StoreError::Erased) => return Ok(Done::Erased),
                Err(error) => return Err(error.into()),
            }
            let mut found = Found::default();
            found.look(&conversation);
            novelties::record(app, connection, found).await;
        }
        Event::PostCallTranscriptionOtel { conversation_id } => {
            let job = FetchConversation {
                connection_id: connection.id,
                organization_id: connection.organization,
                conversation_id,
            };
            let mut conn = app.db.connection().await?;
            job.queue(&mut conn).await?;
        }
        Event::PostCallAudio(sound) => {
            if !audio::store(app, connection, &sound).await? {
                return Ok(Done::Erased);
            }
        }
        Event::CallInitiationFailure(failure) => {
            let at = Envelope::read(body)
                .ok()
                .and_then(|envelope| envelope.event_at)
                .unwrap_or(received_at);
            match store::fail_initiation(app, connection, &failure, at).await {
                Ok(_) => {}
                Err(StoreError::Erased) => return Ok(Done::Erased),
                Err(error) => return Err(error.into()),
            }
        }
        Event::Unknown { kind } => {
            tracing::info!(connection.id = %connection.id, webhook.kind = kind, "an event of an unknown kind is kept");
            let conversation = Envelope::read(body)
                .ok()
                .and_then(|envelope| envelope.conversation_id.map(|id| id.into_owned()));
            let mut found = Found::default();
            found.add("(event)", Some(&kind), &conversation.unwrap_or_default());
            novelties::record(app, connection, found).await;
            return Ok(Done::Ignored);
        }
    }
    Ok(Done::Stored)
}

impl ProcessWebhook {
    async fn load(&self, app: &App) -> Result<Option<Stored>, db::Error> {
        let key = (self.organization_id.0, self.received_at, self.inbox_id);
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                let row = webhook_inbox::table
                    .find(key)
                    .select((
                        webhook_inbox::connection_id,
                        webhook_inbox::body,
                        webhook_inbox::sealed,
                        webhook_inbox::state,
                    ))
                    .first::<Stored>(conn)
                    .await
                    .optional()?;
                Ok(row)
            })
            .await
    }

    /// Notes what became of it, and that the connection's webhook works.
    async fn mark(
        &self,
        app: &App,
        connection: ConnectionId,
        state: &'static str,
        error: Option<String>,
        about: Option<String>,
    ) -> Result<(), db::Error> {
        let key = (self.organization_id.0, self.received_at, self.inbox_id);
        let received_at = self.received_at;
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                diesel::update(webhook_inbox::table.find(key))
                    .set((
                        webhook_inbox::state.eq(state),
                        webhook_inbox::error.eq(error.map(|text| text.replace('\0', ""))),
                        webhook_inbox::processed_at.eq(Utc::now()),
                    ))
                    .execute(conn)
                    .await?;
                if let Some(conversation) = about {
                    diesel::sql_query(
                        "UPDATE webhook_inbox SET about = conversation_digest(connection_id, $1)
                         WHERE organization_id = $2 AND received_at = $3 AND id = $4",
                    )
                    .bind::<Text, _>(conversation)
                    .bind::<SqlUuid, _>(key.0)
                    .bind::<Timestamptz, _>(key.1)
                    .bind::<SqlUuid, _>(key.2)
                    .execute(conn)
                    .await?;
                }
                diesel::update(connection_rows::table.find(connection.0))
                    .filter(
                        connection_rows::last_webhook_at
                            .is_null()
                            .or(connection_rows::last_webhook_at.lt(received_at - NOTE_EVERY)),
                    )
                    .set(connection_rows::last_webhook_at.eq(received_at))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await
    }
}
