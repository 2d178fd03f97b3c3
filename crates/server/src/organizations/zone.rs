//! Time zones of organizations.

use crate::error::ApiError;

/// # Errors
/// A field error when it is not a zone of the IANA database.
pub fn check(name: &str) -> Result<(), ApiError> {
    match name.parse::<chrono_tz::Tz>() {
        Ok(_) => Ok(()),
        Err(_) => Err(ApiError::field(
            "timezone",
            "Enter a time zone by its IANA name, such as Europe/Berlin",
        )),
    }
}
