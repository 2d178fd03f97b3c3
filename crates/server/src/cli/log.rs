//! Where the log goes: standard error, as JSON in production. `RUST_LOG` filters, default `info`.

use crate::config::{AppEnv, Config};
use tracing_subscriber::EnvFilter;

pub fn start(config: &Config) {
    // actix-session logs each expired cookie, which is nothing to act on.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| {
        EnvFilter::new("info,actix_session=error,actix_server=warn,tokio_postgres=warn")
    });
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    // A second subscriber is no reason to stop.
    let _ = match config.app_env {
        AppEnv::Development => builder.compact().try_init(),
        AppEnv::Staging | AppEnv::Production => builder.json().flatten_event(true).try_init(),
    };
}
