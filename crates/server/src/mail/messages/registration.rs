//! Go on with the registration of an agency.

use super::{NOT_YOU, moment};
use crate::mail::{Action, Letter};
use chrono::{DateTime, Utc};

pub struct Registration<'a> {
    pub platform: &'a str,
    pub company: &'a str,
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

impl Registration<'_> {
    pub const KIND: &'static str = "registration";

    pub fn letter(self) -> Letter {
        Letter {
            subject: format!(
                "Confirm your address to open {} on {}",
                self.company, self.platform
            ),
            heading: format!("Open {}", self.company),
            paragraphs: vec![format!(
                "Somebody asked to open an agency with this e-mail address on {}. If it was you, go on here.",
                self.platform
            )],
            action: Some(Action {
                label: "Go on with the registration",
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
