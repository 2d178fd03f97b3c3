//! What the provider lists, as rows.

use crate::calls::store::words;
use crate::connections::ConnectionHandle;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Jsonb, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use elevenlabs::phone_numbers::{NumberProvider, PhoneNumber};
use elevenlabs::{Client, Error};
use serde_json::{Value, json};
use uuid::Uuid;

/// All numbers of the workspace; `None` when its key may not read them, which costs the numbers and nothing else.
///
/// # Errors
/// The provider's.
pub async fn fetch(client: &Client) -> Result<Option<Vec<Value>>, Error> {
    match client.phone_numbers().await {
        Ok(numbers) => Ok(Some(numbers.iter().map(row).collect())),
        Err(error @ (Error::Forbidden { .. } | Error::NotFound { .. })) => {
            tracing::info!(provider.error = %error, "phone numbers could not be read, those that are known stay as they are");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn row(number: &PhoneNumber) -> Value {
    let mut row = json!({
        "id": Uuid::now_v7(),
        "provider_number_id": number.phone_number_id,
        "number": number.phone_number,
        "label": number.label,
        "provider": number.provider.as_ref().map(NumberProvider::as_str).unwrap_or_default(),
        "supports_inbound": number.supports_inbound,
        "supports_outbound": number.supports_outbound,
        "provider_agent_id": number.assigned_agent.as_ref().map(|agent| &agent.agent_id),
    });
    words::without_zero_bytes(&mut row);
    row
}

/// Stores all numbers of a connection in its tenant transaction, after its agents.
///
/// # Errors
/// The database's own.
pub async fn store(
    conn: &mut db::Conn,
    connection: &ConnectionHandle,
    rows: Vec<Value>,
) -> Result<i64, db::Error> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        stored: i64,
    }
    let count: Count = diesel::sql_query("SELECT sync_phone_numbers($1, $2) AS stored")
        .bind::<SqlUuid, _>(connection.id.0)
        .bind::<Jsonb, _>(Value::Array(rows))
        .get_result(conn)
        .await?;
    Ok(count.stored)
}
