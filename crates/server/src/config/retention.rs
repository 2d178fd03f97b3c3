//! `WEBHOOK_RETENTION_DAYS`, `FAILED_WORK_RETENTION_DAYS`.

use super::{ConfigError, Environment};

/// What is removed after a while.
#[derive(Clone, Debug)]
pub struct RetentionConfig {
    /// Deliveries that were dealt with are kept for so many days.
    pub webhook_days: u32,
    /// Work and deliveries that failed for good are kept for so many days, to be looked at and done again.
    pub failed_days: u32,
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
        let failed_days = env.number("FAILED_WORK_RETENTION_DAYS", webhook_days.max(90))?;
        if !(webhook_days..=3650).contains(&failed_days) {
            return Err(ConfigError::new(
                "FAILED_WORK_RETENTION_DAYS",
                "must lie between WEBHOOK_RETENTION_DAYS and 3650",
            ));
        }
        Ok(Self {
            webhook_days,
            failed_days,
        })
    }
}
