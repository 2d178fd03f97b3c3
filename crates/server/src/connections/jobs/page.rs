//! One page of the history: what is new is fetched in detail, what is complete costs nothing.

use super::FetchConversation;
use crate::app::App;
use crate::calls::store::erased;
use crate::calls::store::place::{self, Stored};
use crate::calls::store::record::CallRecord;
use crate::calls::store::{self, StoreError, status_of};
use crate::connections::ConnectionHandle;
use elevenlabs::conversations::ConversationSummary;
use futures::StreamExt;
use shared::live::LiveGrade;
use std::collections::{HashMap, HashSet};

/// Details fetched at the same time.
const AT_ONCE: usize = 12;

/// What came of a page before it is stored.
#[derive(Debug, Default)]
pub struct Fetched {
    /// Details to store.
    pub records: Vec<CallRecord>,
    /// Details that could not be had; each is fetched by a job of its own.
    pub later: Vec<FetchConversation>,
    /// Conversations of the page.
    pub seen: i64,
    /// Of these, already complete here, or erased for good.
    pub complete: i64,
    /// Of these, failed at the provider just now.
    pub failed: i64,
    /// The failure that says something about the connection, when there was one.
    pub trouble: Option<elevenlabs::Error>,
}

/// Fetches what is missing of a page. Rows of calls that are not finished are made at once; their details follow.
///
/// # Errors
/// [`StoreError`] for the database, or the provider's refusal of the key.
pub async fn fetch(
    app: &App,
    connection: &ConnectionHandle,
    items: Vec<ConversationSummary>,
) -> Result<Fetched, PageError> {
    let mut once = HashSet::new();
    let items: Vec<ConversationSummary> = items
        .into_iter()
        .filter(|item| once.insert(item.conversation_id.clone()))
        .collect();
    let ids: Vec<String> = items.iter().map(|item| item.conversation_id.clone()).collect();
    let known = place::stored(app, connection.id, &ids).await?;
    let erased = erased::among(app, connection.id, &ids).await?;
    let mut page = Fetched {
        seen: i64::try_from(items.len()).unwrap_or(i64::MAX),
        ..Fetched::default()
    };
    let (wanted, complete): (Vec<_>, Vec<_>) = items
        .into_iter()
        .partition(|item| is_wanted(item, &known) && !erased.contains(&item.conversation_id));
    page.complete = i64::try_from(complete.len()).unwrap_or(i64::MAX);
    let (finished, running): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|item| item.status.is_final());
    for item in running {
        match store::announce(app, connection, &item, LiveGrade::Presence).await {
            Ok(_) => page.later.push(later(connection, &item)),
            Err(StoreError::Erased) => page.complete += 1,
            Err(error) => return Err(error.into()),
        }
    }
    let client = connection.client();
    let mut details = futures::stream::iter(finished)
        .map(|item| {
            let client = client.clone();
            async move {
                let detail = client.conversation(&item.conversation_id).await;
                (item, detail)
            }
        })
        .buffer_unordered(AT_ONCE);
    while let Some((item, detail)) = details.next().await {
        match detail {
            Ok(conversation) => page.records.push(CallRecord::from(&conversation)),
            Err(elevenlabs::Error::NotFound { .. }) => page.complete += 1,
            Err(error) if error.is_credential_problem() => return Err(PageError::Provider(error)),
            Err(error) => {
                tracing::info!(connection.id = %connection.id, provider.error = %error, "a conversation could not be fetched, it is tried again by itself");
                store::announce(app, connection, &item, LiveGrade::Presence).await?;
                page.later.push(later(connection, &item));
                page.failed += 1;
                page.trouble = Some(error);
            }
        }
    }
    Ok(page)
}

/// Why a page could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Provider(elevenlabs::Error),
}

fn is_wanted(item: &ConversationSummary, known: &HashMap<String, Stored>) -> bool {
    match known.get(&item.conversation_id) {
        Some(stored) => {
            !stored.is_complete() && (item.status.is_final() || stored.call.status != status_of(&item.status))
        }
        None => true,
    }
}

fn later(connection: &ConnectionHandle, item: &ConversationSummary) -> FetchConversation {
    FetchConversation {
        connection_id: connection.id,
        organization_id: connection.organization,
        conversation_id: item.conversation_id.clone(),
    }
}
