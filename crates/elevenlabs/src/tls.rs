//! One TLS configuration for REST and socket.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

use crate::Error;

/// Mozilla's roots compiled in, so that a container without CA certificates works, and the
/// provider named, so that no process-wide default is needed or disturbed.
pub(crate) fn client_config() -> Result<ClientConfig, Error> {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    Ok(
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Configuration(format!("TLS cannot be set up: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth(),
    )
}
