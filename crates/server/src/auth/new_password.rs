//! What a new password must be.

use shared::FieldError;

/// Refuses a password that is too short or too long. `about` is what is known of the account, such as its address.
///
/// # Errors
/// What to write beside `field`.
pub fn accept(field: &str, password: &str, about: &[&str]) -> Result<(), FieldError> {
    let length = password.chars().count();
    if length < 12 {
        return Err(FieldError::new(
            field,
            "Choose a password of at least 12 characters",
        ));
    }
    if length > 1024 || password.contains('\0') {
        return Err(FieldError::new(field, "A password has 1,024 characters at most"));
    }
    let lower = password.to_lowercase();
    if about.iter().any(|known| known.to_lowercase() == lower) {
        return Err(FieldError::new(
            field,
            "Choose a password that is not your name or address",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::accept;

    #[test]
    fn length_decides() {
        for (password, is_fine) in [
            ("elevenchars", false),
            ("twelve chars", true),
            ("ada@example.com", false),
            (&*"x".repeat(1025), false),
        ] {
            assert_eq!(
                accept("password", password, &["Ada@example.com"]).is_ok(),
                is_fine,
                "{password}"
            );
        }
    }
}
