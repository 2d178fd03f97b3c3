//! Publishing of live events, in the transaction that changes the row.

use diesel::sql_types::Jsonb;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::live::LiveEvent;

/// Channel on which the ids (and short events) of all tenants are notified.
pub const CHANNEL: &str = "live_events";

diesel::define_sql_function! {
    /// Of the migration that makes `live_events`.
    fn publish_live_event(event: Jsonb) -> BigInt;
}

/// Stores and notifies `event` for the transaction's organization. Call it last in the transaction: it
/// takes the organization's lock until commit, so that ids become visible in order.
///
/// # Errors
/// The database's own, among them a violated policy when no tenant is set.
pub async fn publish(conn: &mut AsyncPgConnection, event: &LiveEvent) -> Result<i64, diesel::result::Error> {
    let payload =
        serde_json::to_value(event).map_err(|e| diesel::result::Error::SerializationError(Box::new(e)))?;
    diesel::select(publish_live_event(payload)).get_result(conn).await
}
