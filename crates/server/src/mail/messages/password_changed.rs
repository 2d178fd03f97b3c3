//! The password was changed: for whoever did not do it.

use super::moment;
use crate::mail::{Action, Letter};
use chrono::{DateTime, Utc};

pub struct PasswordChanged<'a> {
    pub app_name: &'a str,
    pub at: DateTime<Utc>,
    /// Where a new one can be asked for.
    pub url: String,
}

impl PasswordChanged<'_> {
    pub const KIND: &'static str = "password_changed";

    pub fn letter(self) -> Letter {
        Letter {
            subject: format!("Your password for {} was changed", self.app_name),
            heading: "Your password was changed".to_owned(),
            paragraphs: vec![format!(
                "The password of your account at {} was changed on {}. All devices were signed out.",
                self.app_name,
                moment(self.at)
            )],
            action: Some(Action {
                label: "It was not me",
                url: self.url,
            }),
            notes: vec![
                "If it was you, there is nothing to do. If not, choose a new password at once.".to_owned(),
            ],
            ..Letter::default()
        }
    }
}
