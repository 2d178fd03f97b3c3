//! Keeping what the last talk with the provider told about a connection.

use super::{ConnectionError, ConnectionHandle, provider_error};
use crate::app::App;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::connection::ConnectionHealth;
use shared::live::LiveEvent;

/// As stored.
pub(crate) fn text(health: ConnectionHealth) -> &'static str {
    match health {
        ConnectionHealth::Healthy => "healthy",
        ConnectionHealth::KeyRefused => "key_refused",
        ConnectionHealth::ProviderTrouble => "provider_trouble",
    }
}

pub(crate) fn parse(text: &str) -> ConnectionHealth {
    match text {
        "healthy" => ConnectionHealth::Healthy,
        "key_refused" => ConnectionHealth::KeyRefused,
        _ => ConnectionHealth::ProviderTrouble,
    }
}

/// What a failure says about the connection; `None` where it is about one request only.
fn of(error: &elevenlabs::Error) -> Option<ConnectionHealth> {
    use elevenlabs::Error;
    if error.is_credential_problem() {
        return Some(ConnectionHealth::KeyRefused);
    }
    match error {
        // Slowing down is what a busy workspace is told; it is not broken.
        Error::RateLimited { .. } => None,
        error if error.is_transient() => Some(ConnectionHealth::ProviderTrouble),
        // The name of its host may lead elsewhere again.
        Error::Decode { .. } | Error::PrivateHost(_) => Some(ConnectionHealth::ProviderTrouble),
        _ => None,
    }
}

/// Stores the outcome of a talk with the provider. Whoever looks at the connections learns of it when it changes.
///
/// # Errors
/// The database's own.
pub async fn record_health(
    app: &App,
    connection: &ConnectionHandle,
    outcome: Result<(), &elevenlabs::Error>,
) -> Result<(), ConnectionError> {
    let (health, trouble) = match outcome {
        Ok(()) => (ConnectionHealth::Healthy, None),
        Err(error) => match of(error) {
            Some(health) => (health, Some(provider_error::words(error))),
            None => return Ok(()),
        },
    };
    let id = connection.id.0;
    app.db
        .tenant::<_, ConnectionError, _>(connection.organization, async move |conn| {
            use db::schema::connections::dsl;
            let changed = diesel::update(dsl::connections.find(id))
                .filter(dsl::health.ne(text(health)))
                .set((
                    dsl::health.eq(text(health)),
                    dsl::trouble.eq(trouble.as_deref()),
                    dsl::checked_at.eq(diesel::dsl::now),
                    dsl::updated_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            if changed > 0 {
                tracing::info!(connection.id = %id, connection.health = text(health), "connection changed health");
                db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
                return Ok(());
            }
            // Unchanged: note at most once in half a minute that somebody looked.
            diesel::update(dsl::connections.find(id))
                .filter(dsl::checked_at.is_null().or(dsl::checked_at.lt(diesel::dsl::sql::<
                    diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>,
                >("now() - interval '30 seconds'"))))
                .set((dsl::checked_at.eq(diesel::dsl::now), dsl::trouble.eq(trouble.as_deref())))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await
}
