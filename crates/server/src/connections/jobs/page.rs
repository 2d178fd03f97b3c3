//! One page of the history: what is new is fetched in detail, what is complete costs nothing.

use super::FetchConversation;
use crate::app::App;
use crate::calls::store::detail;
use crate::calls::store::erased;
use crate::calls::store::place::{self, Stored};
use crate::calls::store::record::CallRecord;
use crate::calls::store::write::{self, Origin};
use crate::calls::store::{self, StoreError, status_of, words};
use crate::connections::ConnectionHandle;
use crate::ledger::listed::{self, Reading};
use crate::ledger::novelties::{self, Found};
use chrono::Utc;
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
    /// Of these, not in the provider's list before.
    pub new: i64,
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
    reading: Reading,
) -> Result<Fetched, PageError> {
    let mut once = HashSet::new();
    let items: Vec<ConversationSummary> = items
        .into_iter()
        .map(|mut item| {
            // A database holds no zero bytes, in ids as little as in words.
            item.conversation_id = words::clean(&item.conversation_id);
            item.agent_id = words::clean(&item.agent_id);
            item
        })
        .filter(|item| once.insert(item.conversation_id.clone()))
        .collect();
    let listed = listed::note(app, connection, &items, reading).await?;
    let items: Vec<ConversationSummary> = items
        .into_iter()
        .filter(|item| !listed.removed.contains(&item.conversation_id))
        .collect();
    let ids: Vec<String> = items.iter().map(|item| item.conversation_id.clone()).collect();
    let known = place::stored(app, connection.id, &ids).await?;
    let erased = erased::among(app, connection.id, &ids).await?;
    let mut page = Fetched {
        seen: i64::try_from(items.len()).unwrap_or(i64::MAX),
        new: listed.new,
        ..Fetched::default()
    };
    let mut novelties = Found::default();
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
            Ok(conversation) => {
                novelties.look(&conversation);
                page.records.push(CallRecord::from(&conversation));
            }
            Err(elevenlabs::Error::NotFound { .. }) => {
                store::close(
                    app,
                    connection.id,
                    &item.conversation_id,
                    GONE,
                    store::close::Rest::IsGone,
                )
                .await?;
                page.complete += 1;
            }
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
    novelties::record(app, connection, novelties).await;
    Ok(page)
}

/// Why nothing more will come of a conversation.
pub const GONE: &str = "ElevenLabs deleted this conversation before it could be fetched";

/// Stores what came of a page, each organization's calls in a transaction of their own.
///
/// # Errors
/// [`StoreError`].
pub async fn keep(
    app: &App,
    connection: &ConnectionHandle,
    fetched: Fetched,
    origin: Origin,
) -> Result<(), StoreError> {
    let now = Utc::now();
    let id = connection.id;
    for (organization, batch) in detail::place_all(app, connection, fetched.records, now).await? {
        app.db
            .tenant::<_, StoreError, _>(organization, async move |conn| {
                write::details(conn, id, organization, &batch, origin, now).await
            })
            .await?;
    }
    let later = fetched.later;
    app.db
        .tenant::<_, StoreError, _>(connection.organization, async move |conn| {
            for job in &later {
                job.queue(conn).await?;
            }
            Ok(())
        })
        .await
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
