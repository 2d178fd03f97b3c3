//! Erasing one call: first at the provider, then its sound, then its rows. Each step can be repeated.

use crate::app::App;
use crate::calls::erase;
use crate::connections;
use chrono::{DateTime, Utc};
use db::schema::erasure_calls::dsl;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::erasure::ErasedCounts;
use shared::live::LiveEvent;
use shared::{CallId, ConnectionId, OrganizationId};
use uuid::Uuid;

/// A call that is still to be erased.
#[derive(Queryable, Selectable)]
#[diesel(table_name = db::schema::erasure_calls, check_for_backend(diesel::pg::Pg))]
pub struct Waiting {
    pub call_id: Uuid,
    pub started_at: DateTime<Utc>,
    connection_id: Uuid,
    conversation_id: Option<String>,
    provider: Option<String>,
}

/// Why a call is still there.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// Told to whoever ordered it.
    #[error("{0}")]
    Provider(elevenlabs::Error),
    #[error(transparent)]
    Connection(#[from] connections::ConnectionError),
    #[error(transparent)]
    Erase(#[from] erase::EraseError),
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl Waiting {
    /// # Errors
    /// [`EraseError`]; what was done until then stays done.
    pub async fn erase(
        &self,
        app: &App,
        organization: OrganizationId,
        erasure: Uuid,
    ) -> Result<(), EraseError> {
        let mut counts = ErasedCounts::default();
        // Gone already: another order, or a rule, was first. The provider is asked all the same.
        if let Some(other) = self.lies_in(app).await?
            && other != organization
        {
            counts.moved = 1;
            return self.settle(app, organization, erasure, counts, false).await;
        }
        let said = match &self.provider {
            Some(said) => said.clone(),
            None => self.at_provider(app, organization, erasure).await?,
        };
        match said.as_str() {
            "deleted" => counts.provider_deleted = 1,
            "gone" => counts.provider_gone = 1,
            _ => counts.provider_disconnected = 1,
        }
        erase::sounds(app, organization, &[(self.call_id, self.started_at)]).await?;
        self.settle(app, organization, erasure, counts, true).await
    }

    /// Deletes the conversation where it came from, and remembers what was said: asked again, the provider would not know it.
    async fn at_provider(
        &self,
        app: &App,
        organization: OrganizationId,
        erasure: Uuid,
    ) -> Result<String, EraseError> {
        let connection = connections::load(app, ConnectionId(self.connection_id)).await?;
        let said = match (connection, &self.conversation_id) {
            (Some(connection), Some(conversation)) => {
                match connection.client().delete_conversation(conversation).await {
                    Ok(()) => "deleted",
                    Err(elevenlabs::Error::NotFound { .. }) => "gone",
                    Err(error) => return Err(EraseError::Provider(error)),
                }
            }
            _ => "disconnected",
        };
        let key = (organization.0, erasure, self.call_id);
        app.db
            .tenant::<_, EraseError, _>(organization, async move |conn| {
                diesel::update(dsl::erasure_calls.find(key))
                    .set(dsl::provider.eq(said))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await?;
        Ok(said.to_owned())
    }

    /// Where the call lies now: its agent may have been given away since.
    async fn lies_in(&self, app: &App) -> Result<Option<OrganizationId>, EraseError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Nullable<SqlUuid>)]
            organization: Option<Uuid>,
        }
        let mut conn = app.db.connection().await?;
        let row: Row = diesel::sql_query("SELECT organization_of_call($1) AS organization")
            .bind::<SqlUuid, _>(self.call_id)
            .get_result(&mut conn)
            .await?;
        Ok(row.organization.map(OrganizationId))
    }

    /// Removes the rows and notes that it is done, in one transaction.
    async fn settle(
        &self,
        app: &App,
        organization: OrganizationId,
        erasure: Uuid,
        mut counts: ErasedCounts,
        is_here: bool,
    ) -> Result<(), EraseError> {
        let (call, started_at) = (self.call_id, self.started_at);
        app.db
            .tenant::<_, EraseError, _>(organization, async move |conn| {
                if is_here {
                    let erased = erase::rows(conn, organization, &[(call, started_at)]).await?;
                    counts.calls = erased.calls;
                    counts.turns = erased.turns;
                    counts.recordings = erased.recordings;
                    counts.recording_bytes = erased.recording_bytes;
                    counts.notes = erased.notes;
                    counts.deliveries = erased.deliveries;
                    counts.live_events = erased.events;
                }
                diesel::update(dsl::erasure_calls.find((organization.0, erasure, call)))
                    .filter(dsl::done_at.is_null())
                    .set((
                        dsl::done_at.eq(Utc::now()),
                        dsl::conversation_id.eq(None::<String>),
                    ))
                    .execute(conn)
                    .await?;
                super::job::add_counts(conn, erasure, counts).await?;
                let call_id = CallId(call);
                db::live::publish(conn, &LiveEvent::CallUpdated { call_id }).await?;
                Ok(())
            })
            .await
    }
}
