//! Telling those who look after a connection that its webhook is in trouble.

use crate::app::App;
use crate::connections::ConnectionHandle;
use crate::mail::messages::WebhookTrouble;
use crate::mail::{self, MailError};
use db::schema::connections;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::Permission;
use shared::ledger::WebhookHealth;

/// Why nobody could be told.
#[derive(Debug, thiserror::Error)]
pub enum WarnError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// Writes to all of them, in the connection's tenant transaction.
///
/// # Errors
/// [`WarnError`].
pub(super) async fn managers(
    app: &App,
    conn: &mut db::Conn,
    connection: &ConnectionHandle,
    health: WebhookHealth,
    error_code: Option<i32>,
) -> Result<(), WarnError> {
    let name: String = connections::table
        .find(connection.id.0)
        .select(connections::name)
        .first(conn)
        .await?;
    mail::queue_to_who_may(
        app,
        conn,
        connection.organization,
        Permission::ConnectionsManage,
        WebhookTrouble::KIND,
        |brand| {
            WebhookTrouble {
                connection: &name,
                health,
                error_code,
                url: brand.page("/settings/integrations"),
            }
            .letter()
        },
    )
    .await?;
    tracing::warn!(connection.id = %connection.id, webhook.health = health.as_str(), "the webhook is in trouble at the provider");
    Ok(())
}
