//! What a browser needs to start a conversation, and how many are running.

use serde::Deserialize;
use url::Url;

use crate::request::Call;
use crate::{Client, Error};

impl Client {
    /// `GET /v1/convai/conversation/get-signed-url`: a socket address that must be opened within 15
    /// minutes. It carries the right to talk to the agent: hand it to one browser, never log it.
    pub async fn signed_url(&self, agent_id: &str) -> Result<Url, Error> {
        let call = Call::get(&["v1", "convai", "conversation", "get-signed-url"])
            .query(vec![("agent_id", agent_id.to_owned())]);
        let reply: SignedUrl = self.json(call).await?;
        Ok(reply.signed_url)
    }

    /// `GET /v1/convai/analytics/live-count`: running conversations of the workspace or of one agent.
    pub async fn live_count(&self, agent_id: Option<&str>) -> Result<u64, Error> {
        let query = agent_id
            .map(|id| ("agent_id", id.to_owned()))
            .into_iter()
            .collect();
        let reply: LiveCount = self
            .json(Call::get(&["v1", "convai", "analytics", "live-count"]).query(query))
            .await?;
        Ok(reply.count)
    }
}

#[derive(Deserialize)]
struct SignedUrl {
    signed_url: Url,
}

#[derive(Deserialize)]
struct LiveCount {
    count: u64,
}
