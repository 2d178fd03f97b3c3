//! Asking the provider what a key is good for.

use crate::app::App;
use elevenlabs::agents::AgentQuery;
use elevenlabs::conversations::ConversationQuery;
use elevenlabs::{Error, RetryPolicy, Timeouts};
use secrecy::SecretString;
use shared::connection::WorkspaceInfo;
use std::time::Duration;
use url::Url;

/// Somebody waits for the answer.
const TIMEOUTS: Timeouts = Timeouts {
    attempt: Duration::from_secs(10),
    total: Duration::from_secs(20),
    idle: Duration::from_secs(10),
};

/// Whose key it is, after everything was tried that a sync needs. The user comes first, so that a bad key is told
/// from one that merely lacks a permission.
///
/// # Errors
/// The provider's refusal, or that it can not be reached.
pub async fn probe(app: &App, base_url: Url, key: SecretString) -> Result<WorkspaceInfo, Error> {
    let client = elevenlabs::Client::builder(base_url, key)
        .transport(app.provider.clone())
        .timeouts(TIMEOUTS)
        .retry(RetryPolicy {
            max_retries: 1,
            ..RetryPolicy::default()
        })
        .build()?;
    ask(&client).await
}

async fn ask(client: &elevenlabs::Client) -> Result<WorkspaceInfo, Error> {
    let user = client.user().await?;
    let agents = AgentQuery {
        page_size: Some(1),
        ..AgentQuery::default()
    };
    let conversations = ConversationQuery {
        page_size: Some(1),
        ..ConversationQuery::default()
    };
    let (subscription, _agents, _conversations) = tokio::try_join!(
        client.subscription(),
        client.agents_page(&agents),
        client.conversations_page(&conversations)
    )?;
    Ok(WorkspaceInfo {
        provider_user_id: user.user_id,
        tier: Some(subscription.tier).filter(|tier| !tier.is_empty()),
        credits_used: Some(subscription.character_count),
        credits_limit: Some(subscription.character_limit),
    })
}
