//! What is said while a call runs.

use super::{KnownCall, StoreError, words};
use crate::app::App;
use diesel::sql_types::{Bool, Double, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::call::Turn;
use shared::live::LiveEvent;

/// Stores a turn of a running call, or its correction, and tells who watches. Nothing happens when it is stored already
/// or when the call's final transcript is.
///
/// # Errors
/// [`StoreError`].
pub async fn append_turn(app: &App, call: &KnownCall, turn: &Turn) -> Result<(), StoreError> {
    let (id, started_at) = (call.id, call.started_at);
    let mut turn = turn.clone();
    turn.message = turn.message.as_deref().map(words::clean);
    let mut tools = serde_json::to_value(&turn.tools)?;
    words::without_zero_bytes(&mut tools);
    app.db
        .tenant::<_, StoreError, _>(call.organization, async move |conn| {
            let changed = diesel::sql_query(
                "WITH running AS (
                     UPDATE calls SET message_count = greatest(message_count, $4 + 1)
                     WHERE organization_id = current_organization() AND id = $1 AND started_at = $2 AND detail_at IS NULL
                     RETURNING id)
                 INSERT INTO call_turns AS t (organization_id, call_id, started_at, position, speaker, message, at_seconds, interrupted, tools)
                 SELECT current_organization(), $1, $2, $4, $3, $5, $6, $7, $8 FROM running
                 ON CONFLICT (organization_id, call_id, started_at, position) DO UPDATE SET
                    speaker = excluded.speaker, message = excluded.message, at_seconds = excluded.at_seconds,
                    interrupted = excluded.interrupted, tools = excluded.tools
                 WHERE (t.speaker, t.message, t.interrupted, t.tools)
                    IS DISTINCT FROM (excluded.speaker, excluded.message, excluded.interrupted, excluded.tools)",
            )
            .bind::<SqlUuid, _>(id.0)
            .bind::<Timestamptz, _>(started_at)
            .bind::<Text, _>(turn.speaker.as_str())
            .bind::<Integer, _>(turn.position)
            .bind::<Nullable<Text>, _>(turn.message.clone())
            .bind::<Double, _>(turn.at_seconds)
            .bind::<Bool, _>(turn.interrupted)
            .bind::<Jsonb, _>(tools)
            .execute(conn)
            .await?;
            if changed > 0 {
                db::live::publish(conn, &LiveEvent::CallTurn { call_id: id, turn }).await?;
            }
            Ok(())
        })
        .await
}
