//! What was erased, or removed by a rule, and must not come back.

use super::StoreError;
use super::keys::Key;
use crate::app::App;
use crate::calls::recording::key::CallKey;
use chrono::{DateTime, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::ConnectionId;
use std::collections::HashSet;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Conversation {
    #[diesel(sql_type = Text)]
    conversation: String,
}

/// Which of these conversations were erased: they need not even be fetched.
///
/// # Errors
/// The database's own.
pub async fn among(
    app: &App,
    connection: ConnectionId,
    conversations: &[String],
) -> Result<HashSet<String>, StoreError> {
    let mut conn = app.db.connection().await?;
    let rows: Vec<Conversation> =
        diesel::sql_query("SELECT conversation FROM erased_among($1, $2) AS conversation")
            .bind::<SqlUuid, _>(connection.0)
            .bind::<Array<Text>, _>(conversations)
            .load(&mut conn)
            .await?;
    Ok(rows.into_iter().map(|row| row.conversation).collect())
}

#[derive(QueryableByName)]
struct Call {
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
}

/// Which of these calls have had their words removed by a rule: what is told of them late is left aside.
///
/// # Errors
/// The database's own.
pub(super) async fn words_removed<'a>(
    conn: &mut Conn,
    keys: impl Iterator<Item = &'a Key>,
) -> QueryResult<HashSet<Uuid>> {
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) =
        keys.map(|key| (key.call_id, key.started_at)).unzip();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<Call> = diesel::sql_query(
        "SELECT x.call_id FROM unnest($1, $2) AS k (id, started_at)
         JOIN call_redactions x ON x.organization_id = current_organization() AND x.started_at = k.started_at AND x.call_id = k.id
         WHERE x.transcript_at IS NOT NULL",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Timestamptz>, _>(starts)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.call_id).collect())
}

/// Whether a rule removed the sound of this call.
///
/// # Errors
/// The database's own.
pub async fn sound_removed(app: &App, call: CallKey) -> Result<bool, db::Error> {
    use db::schema::call_redactions::dsl;
    let key = (call.organization.0, call.started_at, call.id.0);
    app.db
        .tenant::<_, db::Error, _>(call.organization, async move |conn| {
            let found = dsl::call_redactions
                .find(key)
                .filter(dsl::recording_at.is_not_null())
                .select(dsl::call_id)
                .first::<Uuid>(conn)
                .await
                .optional()?;
            Ok(found.is_some())
        })
        .await
}
