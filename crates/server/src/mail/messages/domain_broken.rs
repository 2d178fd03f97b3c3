//! A domain that worked does not lead here any more: for those who look after it.

use super::moment;
use crate::mail::{Action, Letter};
use chrono::{DateTime, Utc};

pub struct DomainBroken<'a> {
    pub domain: &'a str,
    /// What is wrong in DNS.
    pub reason: &'a str,
    /// When it is nobody's again, so that another agency could take it.
    pub dropped_at: DateTime<Utc>,
    /// Where its records are shown.
    pub url: String,
}

impl DomainBroken<'_> {
    pub const KIND: &'static str = "domain_broken";

    pub fn letter(self) -> Letter {
        Letter {
            subject: format!("{} no longer leads to your portal", self.domain),
            heading: format!("{} no longer leads to your portal", self.domain),
            paragraphs: vec![
                format!("Its DNS records have been wrong for three days. {}", self.reason),
                "Until they are repaired, links in mail lead to your portal's other address.".to_owned(),
            ],
            facts: vec![("It stays yours until", moment(self.dropped_at))],
            action: Some(Action {
                label: "See the records it needs",
                url: self.url,
            }),
            notes: vec![
                "It is checked every hour, and works again by itself once the records are right.".to_owned(),
            ],
            ..Letter::default()
        }
    }
}
