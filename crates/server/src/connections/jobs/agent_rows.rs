//! Agents as the provider tells them, as rows.

use crate::calls::store::words;
use crate::connections::{ConnectionError, ConnectionHandle};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Jsonb, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::agents::Agent;
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// `voices` names a voice by its id.
pub fn row(agent: &Agent, is_archived: bool, voices: &HashMap<String, String>) -> Value {
    let config = &agent.config;
    let name = if agent.name.trim().is_empty() {
        "Unnamed agent"
    } else {
        agent.name.as_str()
    };
    let mut row = json!({
        "id": Uuid::now_v7(),
        "provider_agent_id": agent.agent_id,
        "name": name,
        "language": config.language,
        "llm": config.llm,
        "voice_id": config.voice_id,
        "voice_name": config.voice_id.as_ref().and_then(|id| voices.get(id)),
        "monitoring": config.monitoring_enabled,
        "max_duration_seconds": config.max_duration_seconds.and_then(|seconds| i32::try_from(seconds).ok()),
        "prompt": config.prompt,
        "first_message": config.first_message,
        "tags": agent.tags,
        "archived": is_archived || config.archived,
        "placeholder": false,
        "text_only": config.text_only,
        "transfers": config.transfers_to_number,
    });
    words::without_zero_bytes(&mut row);
    row
}

/// Stores agents in the connection's tenant transaction. With `complete`, agents that are not among them are archived.
///
/// # Errors
/// The database's own.
pub async fn store(
    conn: &mut db::Conn,
    connection: &ConnectionHandle,
    rows: Vec<Value>,
    complete: bool,
) -> Result<i64, ConnectionError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        stored: i64,
    }
    let rows = Value::Array(rows);
    let count = diesel::sql_query("SELECT sync_agents($1, $2, $3) AS stored")
        .bind::<SqlUuid, _>(connection.id.0)
        .bind::<Jsonb, _>(&rows)
        .bind::<Bool, _>(complete)
        .get_result::<Count>(conn)
        .await?;
    diesel::sql_query("SELECT note_live_abilities($1, $2)")
        .bind::<SqlUuid, _>(connection.id.0)
        .bind::<Jsonb, _>(&rows)
        .execute(conn)
        .await?;
    Ok(count.stored)
}
