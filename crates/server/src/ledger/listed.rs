//! Entering what the provider's list has.

use crate::app::App;
use crate::calls::store::{StoreError, plausible_start, words};
use crate::connections::ConnectionHandle;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::conversations::ConversationSummary;
use std::collections::HashSet;

/// A reading of the list.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// When it began.
    pub at: DateTime<Utc>,
    /// It goes through the whole list, so that what it does not meet is not there.
    pub is_walk: bool,
}

/// What a page brought.
#[derive(Debug, Default)]
pub struct Listed {
    /// Conversations that were not in the list before.
    pub new: i64,
    /// Erased here on purpose: they do not come back.
    pub removed: HashSet<String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    conversation_id: String,
    #[diesel(sql_type = Bool)]
    is_new: bool,
    #[diesel(sql_type = Bool)]
    is_removed: bool,
}

/// Notes a page of the list.
///
/// # Errors
/// The database's own.
pub async fn note(
    app: &App,
    connection: &ConnectionHandle,
    items: &[ConversationSummary],
    reading: Reading,
) -> Result<Listed, StoreError> {
    let mut listed = Listed::default();
    if items.is_empty() {
        return Ok(listed);
    }
    let ids: Vec<String> = items
        .iter()
        .map(|item| words::clean(&item.conversation_id))
        .collect();
    let starts: Vec<DateTime<Utc>> = items
        .iter()
        .map(|item| plausible_start(item.started_at, reading.at))
        .collect();
    let overs: Vec<bool> = items.iter().map(|item| item.status.is_final()).collect();
    let mut conn = app.db.connection().await?;
    let rows: Vec<Row> = diesel::sql_query("SELECT * FROM note_listed($1, $2, $3, $4, $5, $6, $7)")
        .bind::<SqlUuid, _>(connection.id.0)
        .bind::<SqlUuid, _>(connection.organization.0)
        .bind::<Array<Text>, _>(ids)
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<Bool>, _>(overs)
        .bind::<Timestamptz, _>(reading.at)
        .bind::<Bool, _>(reading.is_walk)
        .load(&mut conn)
        .await?;
    for row in rows {
        listed.new += i64::from(row.is_new);
        if row.is_removed {
            listed.removed.insert(row.conversation_id);
        }
    }
    Ok(listed)
}
