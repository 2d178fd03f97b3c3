//! Join an organization.

use super::{NOT_YOU, moment};
use crate::mail::{Action, Letter};
use chrono::{DateTime, Utc};

pub struct MemberInvitation<'a> {
    pub organization: &'a str,
    pub invited_by: &'a str,
    pub role: &'a str,
    pub message: &'a str,
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

impl MemberInvitation<'_> {
    pub const KIND: &'static str = "member_invitation";

    pub fn letter(self) -> Letter {
        let (who, organization) = (self.invited_by, self.organization);
        Letter {
            subject: format!("{who} invites you to {organization}"),
            heading: format!("Join {organization}"),
            paragraphs: vec![format!("{who} invites you to work in {organization}.")],
            quote: (!self.message.is_empty()).then(|| (who.to_owned(), self.message.to_owned())),
            facts: vec![("Your role", self.role.to_owned())],
            action: Some(Action {
                label: "Accept the invitation",
                url: self.url,
            }),
            notes: vec![
                format!("The invitation works once, until {}.", moment(self.expires_at)),
                NOT_YOU.to_owned(),
            ],
        }
    }
}
