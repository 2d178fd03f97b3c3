//! Fetching one call's detail, as soon as the provider has it.

use super::failure;
use crate::app::App;
use crate::calls::store::{self, StoreError};
use crate::connections::{self, record_health};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::ConversationDetail;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::call::CallStatus;
use shared::connection::ConnectionHealth;
use shared::live::{LiveEvent, LiveGrade};
use shared::{ConnectionId, OrganizationId};
use std::time::Duration;

/// Between two looks at a call that is not finished at the provider.
const NEXT_LOOK: Duration = Duration::from_secs(2);
/// A call that stays unfinished for longer than this is looked at less often, …
const PATIENCE: chrono::Duration = chrono::Duration::minutes(10);
/// … and given up after this: no call is that long.
const GIVE_UP: chrono::Duration = chrono::Duration::hours(12);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchConversation {
    pub connection_id: ConnectionId,
    pub organization_id: OrganizationId,
    pub conversation_id: String,
}

impl FetchConversation {
    /// Queues it once per conversation.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(format!("{}:{}", self.connection_id, self.conversation_id)),
            organization_id: Some(self.organization_id.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

impl BackgroundJob for FetchConversation {
    const NAME: &'static str = "fetch_conversation";
    const MAX_ATTEMPTS: i32 = 15;
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some(connection) = connections::load(&app, self.connection_id).await? else {
            return Ok(());
        };
        let conversation = match connection.client().conversation(&self.conversation_id).await {
            Ok(conversation) => conversation,
            Err(elevenlabs::Error::NotFound { .. }) => {
                vanished(&app, self).await?;
                return Ok(());
            }
            Err(error) => return Err(failure::failed(&app, &connection, error).await),
        };
        if connection.health != ConnectionHealth::Healthy {
            record_health(&app, &connection, Ok(())).await?;
        }
        if conversation.detail.status.is_final() {
            return match store::store_detail(&app, &connection, &conversation).await {
                Ok(_) | Err(StoreError::Erased) => Ok(()),
                Err(error) => Err(error.into()),
            };
        }
        let summary = as_summary(&conversation.detail);
        match store::announce(&app, &connection, &summary, LiveGrade::Presence).await {
            Ok(_) => {}
            Err(StoreError::Erased) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let age = chrono::Utc::now() - meta.created_at;
        if age > GIVE_UP {
            return Err(JobError::permanent(anyhow::anyhow!(
                "the provider never finished this conversation"
            )));
        }
        Err(JobError::Snooze(if age > PATIENCE {
            NEXT_LOOK * 30
        } else {
            NEXT_LOOK
        }))
    }
}

/// The fields of a detail that a list would have.
fn as_summary(detail: &ConversationDetail) -> elevenlabs::conversations::ConversationSummary {
    let metadata = &detail.metadata;
    elevenlabs::conversations::ConversationSummary {
        conversation_id: detail.conversation_id.clone(),
        agent_id: detail.agent_id.clone(),
        status: detail.status.clone(),
        agent_name: detail.agent_name.clone(),
        branch_id: None,
        started_at: metadata.started_at,
        duration_secs: metadata.duration_secs,
        message_count: 0,
        termination_reason: None,
        call_successful: None,
        call_success_score: None,
        transcript_summary: None,
        title: None,
        main_language: metadata.main_language.clone(),
        initiation_source: metadata.initiation_source.clone(),
        direction: metadata
            .phone_call
            .as_ref()
            .and_then(|phone| phone.direction.clone()),
        rating: None,
        tool_names: Vec::new(),
        cost: None,
        cost_fiat: None,
    }
}

/// The provider deleted the conversation before we had it: a row that would run for ever is closed.
async fn vanished(app: &App, job: &FetchConversation) -> Result<(), StoreError> {
    let ids = [job.conversation_id.clone()];
    let Some(stored) = store::place::stored(app, job.connection_id, &ids)
        .await?
        .remove(&job.conversation_id)
    else {
        return Ok(());
    };
    if stored.call.status.is_final() {
        return Ok(());
    }
    let call = stored.call;
    app.db
        .tenant::<_, StoreError, _>(call.organization, async move |conn| {
            use db::schema::calls::dsl;
            let status = CallStatus::Failed;
            let closed = diesel::update(dsl::calls.find((call.organization.0, call.started_at, call.id.0)))
                .filter(dsl::status.ne_all(["done", "failed"]))
                .set((
                    dsl::status.eq(status.as_str()),
                    dsl::error.eq("ElevenLabs deleted this conversation before it could be fetched"),
                    dsl::recording.eq("unavailable"),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            if closed > 0 {
                db::live::publish(
                    conn,
                    &LiveEvent::CallEnded {
                        call_id: call.id,
                        status,
                    },
                )
                .await?;
                db::live::publish(conn, &LiveEvent::CallUpdated { call_id: call.id }).await?;
            }
            Ok(())
        })
        .await
}
