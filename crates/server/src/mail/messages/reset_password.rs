//! Choose a new password.

use super::moment;
use crate::mail::{Action, Letter};
use chrono::{DateTime, Utc};

pub struct ResetPassword<'a> {
    pub app_name: &'a str,
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

impl ResetPassword<'_> {
    pub const KIND: &'static str = "reset_password";

    pub fn letter(self) -> Letter {
        Letter {
            subject: format!("Choose a new password for {}", self.app_name),
            heading: "Choose a new password".to_owned(),
            paragraphs: vec![format!(
                "Somebody, probably you, asked for a new password for your account at {}.",
                self.app_name
            )],
            action: Some(Action {
                label: "Choose a new password",
                url: self.url,
            }),
            notes: vec![
                format!(
                    "The link works once, until {}. All devices are signed out when you use it.",
                    moment(self.expires_at)
                ),
                "If it was not you, you can ignore this: your password stays as it is.".to_owned(),
            ],
            ..Letter::default()
        }
    }
}
