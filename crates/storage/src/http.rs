//! The HTTP client of the stores that are spoken to by reqwest.

use std::sync::Arc;
use std::time::Duration;

use object_store::client::{ClientOptions, HttpClient, HttpConnector};
use rustls::{ClientConfig, RootCertStore};

use crate::StorageError;

const CONNECT: Duration = Duration::from_secs(5);
/// Silence that ends a transfer; a transfer that moves may take as long as it takes.
const SILENCE: Duration = Duration::from_secs(30);

/// Mozilla's roots compiled in and the TLS provider named, as for the voice provider. Nothing is unpacked on the way: a range counts
/// the bytes that are stored.
pub(crate) fn client() -> Result<reqwest::Client, StorageError> {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(StorageError::remote)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .no_gzip()
        .build()
        .map_err(StorageError::remote)
}

/// Gives that client to `object_store`, for its requests and for those of its credentials.
#[derive(Debug)]
pub(crate) struct Connector(pub(crate) reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}
