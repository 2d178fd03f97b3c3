//! Show that an address is one's own.

use super::{NOT_YOU, moment};
use crate::mail::{Action, Letter};
use chrono::{DateTime, Utc};

pub struct VerifyEmail<'a> {
    pub app_name: &'a str,
    /// The account's address becomes another.
    pub is_change: bool,
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

impl VerifyEmail<'_> {
    pub const KIND: &'static str = "verify_email";

    pub fn letter(self) -> Letter {
        let text = if self.is_change {
            format!(
                "Confirm that this address is yours, and you sign in to {} with it from then on.",
                self.app_name
            )
        } else {
            format!(
                "Confirm that the address of your account at {} is yours.",
                self.app_name
            )
        };
        Letter {
            subject: format!("Confirm your e-mail address for {}", self.app_name),
            heading: "Confirm your e-mail address".to_owned(),
            paragraphs: vec![text],
            action: Some(Action {
                label: "Confirm the address",
                url: self.url,
            }),
            notes: vec![
                format!("The link works once, until {}.", moment(self.expires_at)),
                NOT_YOU.to_owned(),
            ],
            ..Letter::default()
        }
    }
}
