//! Storing what the provider tells about a call in full.

use super::place::{self, Owner};
use super::record::CallRecord;
use super::write::{self, Origin, Placed};
use super::{KnownCall, StoreError, plausible_start};
use crate::app::App;
use crate::connections::ConnectionHandle;
use crate::summaries::queue;
use chrono::{DateTime, Utc};
use db::partitions::CALL_TABLES;
use elevenlabs::conversations::Conversation;
use shared::OrganizationId;
use std::collections::{BTreeMap, HashMap};

/// Stores a call's detail: row, turns, search words, costs, verdicts; queues the fetching of its recording; tells who
/// watches. Storing the same again changes nothing, and older news than what is stored is left aside.
///
/// # Errors
/// [`StoreError`].
pub async fn store_detail(
    app: &App,
    connection: &ConnectionHandle,
    conversation: &Conversation,
) -> Result<KnownCall, StoreError> {
    store_detail_of(app, connection, conversation, Origin::News).await
}

/// As [`store_detail`], for news or for a replay of old ones.
///
/// # Errors
/// [`StoreError`].
pub async fn store_detail_of(
    app: &App,
    connection: &ConnectionHandle,
    conversation: &Conversation,
    origin: Origin,
) -> Result<KnownCall, StoreError> {
    let now = Utc::now();
    let placed = place_all(app, connection, vec![CallRecord::from(conversation)], now).await?;
    let id = connection.id;
    for (organization, batch) in placed {
        let asks = app.clone();
        let stored = app
            .db
            .tenant::<_, StoreError, _>(organization, async move |conn| {
                let known = write::details(conn, id, organization, &batch, origin, now).await?;
                queue::ended(conn, &asks, organization, &known, now).await?;
                Ok(known)
            })
            .await?;
        if let Some(call) = stored.into_iter().next() {
            return Ok(call);
        }
    }
    // Nobody else is refused a key.
    Err(StoreError::Erased)
}

/// Sorts details by the organization they belong to and makes their months.
///
/// # Errors
/// [`StoreError`].
pub async fn place_all(
    app: &App,
    connection: &ConnectionHandle,
    records: Vec<CallRecord>,
    now: DateTime<Utc>,
) -> Result<BTreeMap<OrganizationId, Vec<Placed>>, StoreError> {
    let ids: Vec<String> = records
        .iter()
        .map(|record| record.conversation_id.clone())
        .collect();
    let stored = place::stored(app, connection.id, &ids).await?;
    let wanted: HashMap<String, Option<String>> = records
        .iter()
        .filter(|record| !stored.contains_key(&record.conversation_id))
        .map(|record| (record.provider_agent_id.clone(), record.agent_name.clone()))
        .collect();
    let owners = if wanted.is_empty() {
        HashMap::new()
    } else {
        place::owners(app, connection, &wanted).await?
    };
    let mut placed: BTreeMap<OrganizationId, Vec<Placed>> = BTreeMap::new();
    for record in records {
        let start = plausible_start(record.claimed_start, now);
        app.db.ensure_month(&CALL_TABLES, start).await?;
        let owner = match stored.get(&record.conversation_id) {
            Some(known) => Owner {
                organization: known.call.organization,
                agent: known.call.agent.clone(),
            },
            None => owners
                .get(&record.provider_agent_id)
                .cloned()
                .ok_or_else(|| StoreError::Agent(record.provider_agent_id.clone()))?,
        };
        placed
            .entry(owner.organization)
            .or_default()
            .push(Placed { record, owner });
    }
    Ok(placed)
}
