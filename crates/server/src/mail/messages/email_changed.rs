//! The account has another address: sent to the old one, for whoever did not do it.

use super::moment;
use crate::mail::Letter;
use chrono::{DateTime, Utc};

pub struct EmailChanged<'a> {
    pub app_name: &'a str,
    pub new_address: &'a str,
    pub at: DateTime<Utc>,
}

impl EmailChanged<'_> {
    pub const KIND: &'static str = "email_changed";

    pub fn letter(self) -> Letter {
        Letter {
            subject: format!("Your e-mail address for {} was changed", self.app_name),
            heading: "Your e-mail address was changed".to_owned(),
            paragraphs: vec![format!(
                "On {} your account at {} was given another address. You sign in with it from now on.",
                moment(self.at),
                self.app_name
            )],
            facts: vec![("New address", masked(self.new_address))],
            notes: vec![
                "If it was not you, tell your administrator or our support at once: they can put it right."
                    .to_owned(),
            ],
            ..Letter::default()
        }
    }
}

/// Enough to know it again, for a mailbox that may be somebody else's by now.
fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain)) => format!("{}…@{domain}", local.chars().take(2).collect::<String>()),
        None => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn most_of_the_new_address_is_hidden() {
        assert_eq!(masked("ada.lovelace@example.com"), "ad…@example.com");
        assert_eq!(masked("a@example.com"), "a…@example.com");
    }
}
