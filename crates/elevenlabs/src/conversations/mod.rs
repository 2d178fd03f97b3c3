//! Conversations: what the product calls "calls".
//!
//! The list is eventually consistent and newest first: a synchronisation re-reads a trailing window
//! and removes duplicates by id. While a call runs its detail is empty; see [`crate::monitor`].

mod analysis;
mod audio;
mod detail;
mod metadata;
mod query;
mod summary;
mod transcript;

use futures::Stream;

pub use self::analysis::{Analysis, CriterionResult, DataCollectionResult};
pub use self::audio::ConversationAudio;
pub use self::detail::{Conversation, ConversationDetail};
pub use self::metadata::{CallError, Charging, Feedback, Metadata, PhoneCall};
pub use self::query::{ConversationQuery, SortDirection};
pub use self::summary::{CallSuccess, ConversationStatus, ConversationSummary, Direction, InitiationSource};
pub use self::transcript::{ToolCall, ToolResult, TranscriptTurn, TurnMetrics, TurnRole};

use crate::request::Call;
use crate::{Client, Error, Page, lenient, pages};

impl Client {
    /// `GET /v1/convai/conversations`: one page.
    pub async fn conversations_page(
        &self,
        query: &ConversationQuery,
    ) -> Result<Page<ConversationSummary>, Error> {
        let call = Call::get(&["v1", "convai", "conversations"]).query(query.pairs());
        let reply: ConversationsReply = self.json(call).await?;
        Ok(Page::new(reply.conversations, reply.next_cursor, reply.has_more))
    }

    /// All conversations of a query, page by page. Ends after the first error.
    pub fn conversations(
        &self,
        query: ConversationQuery,
    ) -> impl Stream<Item = Result<ConversationSummary, Error>> + Send + Unpin + 'static {
        let client = self.clone();
        Box::pin(pages::items(query.cursor.clone(), move |cursor| {
            let (client, query) = (
                client.clone(),
                ConversationQuery {
                    cursor,
                    ..query.clone()
                },
            );
            async move { client.conversations_page(&query).await }
        }))
    }

    /// `GET /v1/convai/conversations/{id}`.
    pub async fn conversation(&self, conversation_id: &str) -> Result<Conversation, Error> {
        self.json(Call::get(&["v1", "convai", "conversations", conversation_id]))
            .await
    }

    /// `GET /v1/convai/conversations/{id}/audio`, streamed. [`Error::NotFound`] until the vendor has
    /// processed the call; see `has_audio` of the detail.
    pub async fn conversation_audio(&self, conversation_id: &str) -> Result<ConversationAudio, Error> {
        let path = ["v1", "convai", "conversations", conversation_id, "audio"];
        let call = Call::get(&path);
        Ok(ConversationAudio::new(
            self.response(call).await?,
            self.inner.timeouts.idle,
        ))
    }

    /// The sound at an address that came with a conversation, streamed. It is asked without the key, which is for the vendor only, and
    /// bound to the hosts that this client may be sent to; redirects are not followed.
    pub async fn audio_at(&self, link: &url::Url) -> Result<ConversationAudio, Error> {
        Ok(ConversationAudio::new(
            self.elsewhere(link).await?,
            self.inner.timeouts.idle,
        ))
    }

    /// `DELETE /v1/convai/conversations/{id}`: for good.
    pub async fn delete_conversation(&self, conversation_id: &str) -> Result<(), Error> {
        self.done(Call::delete(&["v1", "convai", "conversations", conversation_id]))
            .await
    }
}

#[derive(serde::Deserialize)]
struct ConversationsReply {
    conversations: Vec<ConversationSummary>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    next_cursor: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    has_more: Option<bool>,
}
