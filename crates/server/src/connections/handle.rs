//! A connection with its opened key.

use crate::app::App;
use crate::seal::SealError;
use diesel::prelude::*;
use diesel::sql_types;
use diesel_async::RunQueryDsl;
use secrecy::SecretString;
use shared::connection::ConnectionHealth;
use shared::{ConnectionId, OrganizationId};
use url::Url;
use uuid::Uuid;

/// What is needed to talk to the provider for one connection. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ConnectionHandle {
    pub id: ConnectionId,
    /// The owner. Calls may belong to an organization below it.
    pub organization: OrganizationId,
    pub base_url: Url,
    pub health: ConnectionHealth,
    client: elevenlabs::Client,
}

impl ConnectionHandle {
    pub fn client(&self) -> elevenlabs::Client {
        self.client.clone()
    }
}

/// Why a connection can not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error("the stored key can not be opened: {0}")]
    Seal(#[from] SealError),
    #[error("the stored host is not a URL: {0}")]
    Url(#[from] url::ParseError),
    #[error(transparent)]
    Provider(#[from] elevenlabs::Error),
}

impl From<diesel::result::Error> for ConnectionError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What the directory tells before any tenant is known.
#[derive(QueryableByName)]
pub(crate) struct DirectoryEntry {
    #[diesel(sql_type = sql_types::Uuid)]
    pub organization_id: Uuid,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Bytea>)]
    pub webhook_secret_sealed: Option<Vec<u8>>,
}

/// Finds the owner of a connection.
///
/// # Errors
/// The database's own.
pub(crate) async fn directory(app: &App, id: ConnectionId) -> Result<Option<DirectoryEntry>, db::Error> {
    let mut conn = app.db.connection().await?;
    let entry =
        diesel::sql_query("SELECT organization_id, webhook_secret_sealed FROM connection_directory($1)")
            .bind::<sql_types::Uuid, _>(id.0)
            .get_result::<DirectoryEntry>(&mut conn)
            .await
            .optional()?;
    Ok(entry)
}

/// Opens a connection, whoever owns it; `None` when it was removed.
///
/// # Errors
/// [`ConnectionError`], among them a key sealed with another `ENCRYPTION_KEY`.
pub async fn load(app: &App, id: ConnectionId) -> Result<Option<ConnectionHandle>, ConnectionError> {
    let Some(entry) = directory(app, id).await? else {
        return Ok(None);
    };
    let opened = open(app, id, OrganizationId(entry.organization_id)).await?;
    Ok(opened.map(|(connection, _)| connection))
}

/// Opens a connection of an organization, one that is being removed too; with the provider's id of our webhook.
///
/// # Errors
/// As [`load`].
pub(crate) async fn open(
    app: &App,
    id: ConnectionId,
    organization: OrganizationId,
) -> Result<Option<(ConnectionHandle, Option<String>)>, ConnectionError> {
    let row = app
        .db
        .tenant::<_, ConnectionError, _>(organization, async move |conn| {
            use db::schema::connections::dsl;
            let row = dsl::connections
                .find(id.0)
                .select((
                    dsl::base_url,
                    dsl::api_key_sealed,
                    dsl::health,
                    dsl::provider_webhook_id,
                ))
                .first::<(String, Vec<u8>, String, Option<String>)>(conn)
                .await
                .optional()?;
            Ok(row)
        })
        .await?;
    let Some((base_url, sealed, health, webhook)) = row else {
        return Ok(None);
    };
    let base_url: Url = base_url.parse()?;
    let key = app.sealer.open(&sealed, id.0)?;
    let client = client(app, base_url.clone(), key)?;
    let connection = ConnectionHandle {
        id,
        organization,
        base_url,
        health: super::health::parse(&health),
        client,
    };
    Ok(Some((connection, webhook)))
}

/// A client on the process's connection pool.
///
/// # Errors
/// [`elevenlabs::Error::Configuration`] or [`elevenlabs::Error::InvalidKey`].
pub(crate) fn client(
    app: &App,
    base_url: Url,
    key: SecretString,
) -> Result<elevenlabs::Client, elevenlabs::Error> {
    elevenlabs::Client::builder(base_url, key)
        .transport(app.provider.clone())
        .build()
}

/// Every connection of every organization: id, owner, health.
///
/// # Errors
/// The database's own.
pub async fn all(app: &App) -> Result<Vec<(ConnectionId, OrganizationId, ConnectionHealth)>, db::Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = sql_types::Uuid)]
        id: Uuid,
        #[diesel(sql_type = sql_types::Uuid)]
        organization_id: Uuid,
        #[diesel(sql_type = sql_types::Text)]
        health: String,
    }
    let mut conn = app.db.connection().await?;
    let rows: Vec<Row> = diesel::sql_query("SELECT id, organization_id, health FROM all_connections()")
        .load(&mut conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            (
                ConnectionId(row.id),
                OrganizationId(row.organization_id),
                super::health::parse(&row.health),
            )
        })
        .collect())
}
