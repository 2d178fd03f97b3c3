//! Telling those who look after a connection that its webhook is in trouble.

use crate::app::App;
use crate::connections::ConnectionHandle;
use crate::mail::messages::WebhookTrouble;
use crate::mail::{self, MailError, Outgoing};
use db::schema::connections;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use shared::Email;
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

#[derive(QueryableByName)]
struct Manager {
    #[diesel(sql_type = Text)]
    email: String,
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
    let managers: Vec<Manager> = diesel::sql_query("SELECT email FROM connection_managers()")
        .load(conn)
        .await?;
    let brand = mail::brand(app, conn, connection.organization).await?;
    for manager in managers {
        let Ok(to) = Email::parse(&manager.email) else {
            continue;
        };
        let letter = WebhookTrouble {
            connection: &name,
            health,
            error_code,
            url: brand.page("/settings/integrations"),
        };
        let outgoing = Outgoing {
            organization: connection.organization,
            to: &to,
            kind: WebhookTrouble::KIND,
            letter: letter.letter(),
        };
        mail::queue(app, conn, outgoing).await?;
    }
    tracing::warn!(connection.id = %connection.id, webhook.health = health.as_str(), "the webhook is in trouble at the provider");
    Ok(())
}
