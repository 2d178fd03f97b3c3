//! How one connection is made.

use crate::Error;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use std::sync::{Arc, LazyLock};
use tokio_postgres::Socket;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Role in which the server works, even when it signs in as the owner of the tables.
pub const APP_ROLE: &str = "echosensei_app";

type Tls = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// A raw connection with the future that drives it; notifications come out of the latter.
pub type Raw = (tokio_postgres::Client, tokio_postgres::Connection<Socket, Tls>);

/// TLS where it is asked for. A connector is made before the mode is looked at, and rustls refuses the empty name that a
/// socket file has: it gets one that is never used.
#[derive(Clone)]
struct Connector(MakeRustlsConnect);

impl MakeTlsConnect<Socket> for Connector {
    type Stream = Tls;
    type TlsConnect = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;
    type Error = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self::TlsConnect, Self::Error> {
        let host = if host.is_empty() { "localhost" } else { host };
        MakeTlsConnect::<Socket>::make_tls_connect(&mut self.0, host)
    }
}

static CONNECTOR: LazyLock<Option<Connector>> = LazyLock::new(|| {
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()
        .map(|builder| {
            Connector(MakeRustlsConnect::new(
                builder.with_root_certificates(roots).with_no_client_auth(),
            ))
        })
});

/// Connects for `LISTEN` and other uses that diesel does not cover.
///
/// # Errors
/// [`Error::Url`] when the URL can not be parsed, [`Error::Unreachable`] when nobody answers or TLS fails.
pub async fn raw(url: &str, tls: bool) -> Result<Raw, Error> {
    let mut config: tokio_postgres::Config = url.parse().map_err(|e| Error::Url(format!("{e}")))?;
    config.ssl_mode(if tls { SslMode::Require } else { SslMode::Disable });
    config.connect_timeout(std::time::Duration::from_secs(10));
    let connector = CONNECTOR
        .clone()
        .ok_or_else(|| Error::Url("TLS could not be set up".to_owned()))?;
    config
        .connect(connector)
        .await
        .map_err(|e| Error::Unreachable(full_message(&e)))
}

/// A diesel connection; with `app_role` it steps down to [`APP_ROLE`] where it may.
///
/// # Errors
/// [`ConnectionError::BadConnection`] with the cause in words.
pub async fn establish(url: String, tls: bool, app_role: bool) -> ConnectionResult<AsyncPgConnection> {
    let (client, connection) = raw(&url, tls)
        .await
        .map_err(|e| ConnectionError::BadConnection(e.to_string()))?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(error = %error, "database connection ended");
        }
    });
    if app_role {
        // Where the signed-in role is not a member it is expected to be the app role itself.
        let step_down = format!(
            "DO $$ BEGIN IF current_user <> '{APP_ROLE}' AND pg_has_role(current_user, '{APP_ROLE}', 'MEMBER') \
             THEN SET SESSION ROLE {APP_ROLE}; END IF; END $$"
        );
        client
            .batch_execute(&step_down)
            .await
            .map_err(|e| ConnectionError::BadConnection(full_message(&e)))?;
    }
    AsyncPgConnection::try_from(client).await
}

/// tokio-postgres prints only `db error`; the cause has the words.
pub fn full_message(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{}: {}", db.severity(), db.message());
    }
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
