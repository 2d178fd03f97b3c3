//! Fetching one call's detail, as soon as the provider has it.

use super::failure;
use super::page::GONE;
use crate::app::App;
use crate::calls::store::close::Rest;
use crate::calls::store::{self, StoreError};
use crate::connections::{self, record_health};
use crate::ledger::novelties::{self, Found};
use elevenlabs::conversations::ConversationDetail;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::connection::ConnectionHealth;
use shared::live::LiveGrade;
use shared::{ConnectionId, OrganizationId};
use std::time::Duration;

/// Between two looks at a call that is not finished at the provider.
const NEXT_LOOK: Duration = Duration::from_secs(2);
/// A call that stays unfinished for longer than this is looked at less often, …
const PATIENCE: chrono::Duration = chrono::Duration::minutes(10);
/// … and closed after this: no call is that long.
const GIVE_UP: chrono::Duration = chrono::Duration::hours(12);
const NEVER_ENDED: &str = "ElevenLabs never finished this conversation";

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
                let rest = Rest::IsGone;
                store::close(&app, connection.id, &self.conversation_id, GONE, rest).await?;
                return Ok(());
            }
            Err(error) => return Err(failure::failed(&app, &connection, error).await),
        };
        if connection.health != ConnectionHealth::Healthy {
            record_health(&app, &connection, Ok(())).await?;
        }
        if conversation.detail.status.is_final() {
            return match store::store_detail(&app, &connection, &conversation).await {
                Ok(_) => {
                    let mut found = Found::default();
                    found.look(&conversation);
                    novelties::record(&app, &connection, found).await;
                    Ok(())
                }
                Err(StoreError::Erased) => Ok(()),
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
            store::close(
                &app,
                connection.id,
                &self.conversation_id,
                NEVER_ENDED,
                Rest::MayCome,
            )
            .await?;
            return Ok(());
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
