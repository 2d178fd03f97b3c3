//! `--check-config`.

use crate::config::{Config, ConfigError};
use std::io::Write;
use std::process::ExitCode;

/// Prints what was understood, or every complaint.
pub fn report(config: Result<Config, Vec<ConfigError>>) -> ExitCode {
    match config {
        Ok(config) => {
            let _ = writeln!(std::io::stdout(), "{config:#?}");
            ExitCode::SUCCESS
        }
        Err(errors) => super::refuse(&errors),
    }
}
