//! One file a message.

mod agency_invitation;
mod domain_broken;
mod email_changed;
mod member_invitation;
mod password_changed;
mod registration;
mod reset_password;
mod verify_email;
mod webhook_trouble;

pub use agency_invitation::AgencyInvitation;
pub use domain_broken::DomainBroken;
pub use email_changed::EmailChanged;
pub use member_invitation::MemberInvitation;
pub use password_changed::PasswordChanged;
pub use registration::Registration;
pub use reset_password::ResetPassword;
pub use verify_email::VerifyEmail;
pub use webhook_trouble::WebhookTrouble;

use chrono::{DateTime, Utc};

/// A moment in a message. Its reader's zone is not known, so it is named.
fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

const NOT_YOU: &str = "If you did not expect this, you can ignore it: nothing happens without you.";
