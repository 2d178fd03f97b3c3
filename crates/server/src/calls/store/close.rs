//! A call that the provider does not end: its row would run for ever.

use super::{StoreError, place};
use crate::app::App;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::ConnectionId;
use shared::call::CallStatus;
use shared::live::LiveEvent;

/// What may still come of a call that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Its details, if the provider ends it after all.
    MayCome,
    /// Nothing: the provider does not have it any more.
    IsGone,
}

/// Closes a call that is not finished, as failed and with the reason. A finished one stays as it is.
///
/// # Errors
/// [`StoreError`].
pub async fn close(
    app: &App,
    connection: ConnectionId,
    conversation: &str,
    reason: &str,
    rest: Rest,
) -> Result<(), StoreError> {
    let ids = [conversation.to_owned()];
    let stored = place::stored(app, connection, &ids).await?.remove(conversation);
    let (conversation, reason) = (conversation.to_owned(), reason.to_owned());
    let Some(stored) = stored else {
        let mut conn = app.db.connection().await.map_err(StoreError::Database)?;
        return settle(&mut conn, connection, &conversation, &reason, rest).await;
    };
    let call = stored.call;
    app.db
        .tenant::<_, StoreError, _>(call.organization, async move |conn| {
            use db::schema::calls::dsl;
            let status = CallStatus::Failed;
            let closed = diesel::update(dsl::calls.find((call.organization.0, call.started_at, call.id.0)))
                .filter(dsl::status.ne_all(["done", "failed"]))
                .set((
                    dsl::status.eq(status.as_str()),
                    dsl::error.eq(&reason),
                    dsl::recording.eq("unavailable"),
                    dsl::recording_error.eq("The call was never finished at ElevenLabs"),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            settle(conn, connection, &conversation, &reason, rest).await?;
            if closed > 0 {
                let ended = LiveEvent::CallEnded {
                    call_id: call.id,
                    status,
                };
                db::live::publish(conn, &ended).await?;
                db::live::publish(conn, &LiveEvent::CallUpdated { call_id: call.id }).await?;
            }
            Ok(())
        })
        .await
}

/// The ledger says why nothing more will come.
async fn settle(
    conn: &mut db::Conn,
    connection: ConnectionId,
    conversation: &str,
    reason: &str,
    rest: Rest,
) -> Result<(), StoreError> {
    let sql = match rest {
        Rest::IsGone => "SELECT settle_conversation($1, $2, $3)",
        Rest::MayCome => "SELECT note_reason($1, $2, 'detail', $3)",
    };
    diesel::sql_query(sql)
        .bind::<SqlUuid, _>(connection.0)
        .bind::<Text, _>(conversation)
        .bind::<Text, _>(reason)
        .execute(conn)
        .await?;
    Ok(())
}
