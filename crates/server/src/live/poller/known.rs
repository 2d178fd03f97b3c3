//! The calls of one connection that were running at the last look.

use super::listening::Listening;
use crate::app::App;
use crate::calls::store::{KnownCall, StoreError, place};
use diesel::QueryableByName;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::ConversationSummary;
use shared::ConnectionId;
use std::collections::{HashMap, HashSet};

/// By conversation id.
pub type Known = HashMap<String, Seen>;

/// A running call.
pub struct Seen {
    pub call: KnownCall,
    /// As the provider told it last; `None` when another process saw it.
    pub item: Option<ConversationSummary>,
    pub listening: Listening,
}

impl Seen {
    /// A look that finds this again has nothing to do.
    pub fn is_unchanged(&self, item: &ConversationSummary) -> bool {
        self.item
            .as_ref()
            .is_some_and(|before| before.status == item.status)
    }
}

/// What the table says runs, whoever wrote it: those that are no longer in the provider's list ended while nobody
/// looked.
///
/// # Errors
/// The database's own.
pub async fn stored(app: &App, connection: ConnectionId) -> Result<Known, StoreError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        conversation_id: String,
    }
    let rows: Vec<Row> = {
        let mut conn = app.db.connection().await?;
        diesel::sql_query("SELECT conversation_id FROM running_calls($1)")
            .bind::<SqlUuid, _>(connection.0)
            .load(&mut conn)
            .await?
    };
    if rows.is_empty() {
        return Ok(Known::new());
    }
    let ids: Vec<String> = rows.into_iter().map(|row| row.conversation_id).collect();
    let stored = place::stored(app, connection, &ids).await?;
    Ok(stored
        .into_iter()
        .map(|(id, stored)| {
            (
                id,
                Seen {
                    call: stored.call,
                    item: None,
                    listening: Listening::default(),
                },
            )
        })
        .collect())
}

/// Takes out the calls that are not in `listed` any more.
pub fn take_gone(known: &mut Known, listed: &[ConversationSummary]) -> Vec<(String, Seen)> {
    let listed: HashSet<&str> = listed.iter().map(|item| item.conversation_id.as_str()).collect();
    known.extract_if(|id, _| !listed.contains(id.as_str())).collect()
}
