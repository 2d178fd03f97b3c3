//! "One call, once": the key that whoever comes first inserts and everybody else waits for.

use super::StoreError;
use chrono::{DateTime, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::ConnectionId;
use uuid::Uuid;

/// A key, held until the transaction ends.
#[derive(Clone, Debug, QueryableByName)]
pub struct Key {
    #[diesel(sql_type = Text)]
    pub conversation_id: String,
    #[diesel(sql_type = SqlUuid)]
    pub call_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub started_at: DateTime<Utc>,
    /// This transaction made it, so it makes the row too.
    #[diesel(sql_type = Bool)]
    pub is_new: bool,
}

/// Inserts or finds the keys of conversations (each with the start that a new row would have) and locks them. A second
/// transaction with one of them waits here until this one has ended. In a fixed order, so that two can not deadlock. A conversation
/// that was erased gets none (trigger `call_keys_erased`).
///
/// # Errors
/// The database's own.
pub async fn hold(
    conn: &mut Conn,
    connection: ConnectionId,
    conversations: &[(String, DateTime<Utc>)],
) -> Result<Vec<Key>, StoreError> {
    let (ids, starts): (Vec<&str>, Vec<DateTime<Utc>>) = conversations
        .iter()
        .map(|(id, start)| (id.as_str(), *start))
        .unzip();
    let new_ids: Vec<Uuid> = ids.iter().map(|_| Uuid::now_v7()).collect();
    let keys = diesel::sql_query(
        "INSERT INTO call_keys AS k (connection_id, conversation_id, organization_id, call_id, started_at)
         SELECT $1, n.conversation_id, current_organization(), n.call_id, n.started_at
         FROM unnest($2, $3, $4) AS n (conversation_id, call_id, started_at)
         ORDER BY n.conversation_id
         ON CONFLICT (connection_id, conversation_id) DO UPDATE SET started_at = k.started_at
         RETURNING k.conversation_id, k.call_id, k.started_at, k.xmax = 0 AS is_new",
    )
    .bind::<SqlUuid, _>(connection.0)
    .bind::<Array<Text>, _>(ids)
    .bind::<Array<SqlUuid>, _>(new_ids)
    .bind::<Array<Timestamptz>, _>(starts)
    .load(conn)
    .await?;
    Ok(keys)
}
