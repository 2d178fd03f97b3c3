//! Found an agency, on these terms.

use super::{NOT_YOU, moment};
use crate::mail::{Action, Letter};
use chrono::{DateTime, Utc};
use shared::invitation::AgencyTerms;

pub struct AgencyInvitation<'a> {
    pub platform: &'a str,
    pub invited_by: &'a str,
    pub terms: &'a AgencyTerms,
    pub message: &'a str,
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

impl AgencyInvitation<'_> {
    pub const KIND: &'static str = "agency_invitation";

    pub fn letter(self) -> Letter {
        let (who, terms) = (self.invited_by, self.terms);
        let mut facts = vec![("Commission", percent(terms.commission_basis_points))];
        if let (Some(currency), true) = (&terms.currency, terms.opening_credits_minor > 0) {
            facts.push(("Opening credits", amount(terms.opening_credits_minor, currency)));
        }
        Letter {
            subject: format!("{who} invites {} to {}", terms.company, self.platform),
            heading: format!("Open your agency on {}", self.platform),
            paragraphs: vec![format!(
                "{who} invites you to run {} as an agency of your own, with your own customers, agents and calls.",
                terms.company
            )],
            quote: (!self.message.is_empty()).then(|| (who.to_owned(), self.message.to_owned())),
            facts,
            action: Some(Action {
                label: "Open the agency",
                url: self.url,
            }),
            notes: vec![
                format!("The invitation works once, until {}.", moment(self.expires_at)),
                NOT_YOU.to_owned(),
            ],
        }
    }
}

/// Hundredths of a percent, as people write it.
fn percent(basis_points: i32) -> String {
    let exact = format!("{}.{:02}", basis_points / 100, basis_points % 100);
    format!("{} %", exact.trim_end_matches('0').trim_end_matches('.'))
}

/// Of a currency with hundredths, as those that can be chosen have.
fn amount(minor: i64, currency: &str) -> String {
    format!("{}.{:02} {currency}", minor / 100, minor % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_amounts_are_exact() {
        for (basis_points, text) in [
            (0, "0 %"),
            (1_500, "15 %"),
            (1_250, "12.5 %"),
            (5, "0.05 %"),
            (1_205, "12.05 %"),
        ] {
            assert_eq!(percent(basis_points), text);
        }
        assert_eq!(amount(12_345, "EUR"), "123.45 EUR");
        assert_eq!(amount(5, "EUR"), "0.05 EUR");
    }
}
