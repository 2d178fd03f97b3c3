//! `WEBHOOK_RETENTION_DAYS`.

use super::{ConfigError, Environment};

/// What is removed after a while.
#[derive(Clone, Debug)]
pub struct RetentionConfig {
    /// Deliveries that were dealt with are kept for so many days.
    pub webhook_days: u32,
}

impl RetentionConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        let webhook_days = env.number("WEBHOOK_RETENTION_DAYS", 30)?;
        // The provider repeats deliveries for a day or so; a known one must still be known then.
        if !(2..=3650).contains(&webhook_days) {
            return Err(ConfigError::new(
                "WEBHOOK_RETENTION_DAYS",
                "must lie between 2 and 3650",
            ));
        }
        Ok(Self { webhook_days })
    }
}
