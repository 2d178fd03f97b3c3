//! Agents: what a workspace's callers talk to.

mod limits;
mod model;
mod write;

use futures::Stream;

pub use self::limits::CallLimits;
pub use self::model::{Agent, AgentConfig, AgentSummary};
pub use self::write::{AgentPatch, NewAgent};

use crate::request::Call;
use crate::{Client, Error, Page, lenient, pages};

impl Client {
    /// `GET /v1/convai/agents`: one page.
    pub async fn agents_page(&self, query: &AgentQuery) -> Result<Page<AgentSummary>, Error> {
        let reply: AgentsReply = self
            .json(Call::get(&["v1", "convai", "agents"]).query(query.pairs()))
            .await?;
        Ok(Page::new(reply.agents, reply.next_cursor, reply.has_more))
    }

    /// All agents, page by page. Ends after the first error.
    pub fn agents_stream(
        &self,
        query: AgentQuery,
    ) -> impl Stream<Item = Result<AgentSummary, Error>> + Send + Unpin + 'static {
        let client = self.clone();
        Box::pin(pages::items(query.cursor.clone(), move |cursor| {
            let (client, query) = (
                client.clone(),
                AgentQuery {
                    cursor,
                    ..query.clone()
                },
            );
            async move { client.agents_page(&query).await }
        }))
    }

    /// `GET /v1/convai/agents/{id}` with its whole effective configuration.
    pub async fn agent(&self, agent_id: &str) -> Result<Agent, Error> {
        self.json(Call::get(&["v1", "convai", "agents", agent_id])).await
    }

    /// `POST /v1/convai/agents/create`; returns the new id. Never repeated.
    pub async fn create_agent(&self, agent: &NewAgent) -> Result<String, Error> {
        let body = write::to_body(agent)?;
        let reply: AgentId = self
            .json(Call::post(&["v1", "convai", "agents", "create"], body))
            .await?;
        Ok(reply.agent_id)
    }

    /// `PATCH /v1/convai/agents/{id}`. Objects are merged, lists replaced whole; the last writer wins,
    /// so compare `version_id` first. Repeated only when the vendor said that it did nothing.
    pub async fn update_agent(&self, agent_id: &str, patch: &AgentPatch) -> Result<Agent, Error> {
        let body = write::to_body(patch)?;
        self.json(Call::patch(&["v1", "convai", "agents", agent_id], body))
            .await
    }

    /// `DELETE /v1/convai/agents/{id}`.
    pub async fn delete_agent(&self, agent_id: &str) -> Result<(), Error> {
        self.done(Call::delete(&["v1", "convai", "agents", agent_id]))
            .await
    }

    /// `POST /v1/convai/agents/{id}/duplicate`; returns the copy's id. Never repeated.
    pub async fn duplicate_agent(&self, agent_id: &str, name: Option<&str>) -> Result<String, Error> {
        let body = name.map_or_else(
            || serde_json::json!({}),
            |name| serde_json::json!({ "name": name }),
        );
        let reply: AgentId = self
            .json(Call::post(
                &["v1", "convai", "agents", agent_id, "duplicate"],
                body,
            ))
            .await?;
        Ok(reply.agent_id)
    }
}

/// Which agents; the default is the first page of all that are not archived, newest first.
#[derive(Debug, Clone, Default)]
pub struct AgentQuery {
    /// 1 to 100, 100 by default.
    pub page_size: Option<u8>,
    pub search: Option<String>,
    /// `Some(true)` lists the archived ones instead.
    pub archived: Option<bool>,
    pub cursor: Option<String>,
}

impl AgentQuery {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("page_size", self.page_size.unwrap_or(100).to_string())];
        pairs.extend(self.search.clone().map(|text| ("search", text)));
        pairs.extend(self.archived.map(|archived| ("archived", archived.to_string())));
        pairs.extend(self.cursor.clone().map(|cursor| ("cursor", cursor)));
        pairs
    }
}

#[derive(serde::Deserialize)]
struct AgentsReply {
    agents: Vec<AgentSummary>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    next_cursor: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    has_more: Option<bool>,
}

#[derive(serde::Deserialize)]
struct AgentId {
    agent_id: String,
}
