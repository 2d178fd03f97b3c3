//! Mail: what is written, how it looks, how it leaves.
//!
//! | file | what it does |
//! |---|---|
//! | `messages/` | one file a message: what it says |
//! | `letter`, `templates/` | what every message is made of, as text and as HTML |
//! | `brand` | in whose name and colours an organization writes |
//! | `queue` | writes a message into the transaction that causes it |
//! | `members` | the same for all members who may do something |
//! | `job` | hands it over; tries again what may work later |
//! | `mailer` | the ways out: a server by SMTP, the mailbox of a development machine, none |
//! | `mailbox` | `/dev/mail` of a machine that sends none |
//! | `sent`, `retry` | the platform's page of sent mail |
//!
//! The link of a message lets its holder in, so a message is sealed in the table and taken away once it was sent.

mod brand;
mod content;
mod job;
mod letter;
pub mod mailbox;
mod mailer;
mod members;
pub mod messages;
mod queue;
pub mod retry;
pub mod sent;

pub use brand::{MailBrand, brand};
pub use job::{QUEUE, SendMail};
pub use letter::{Action, Letter};
pub use mailer::{Delivered, DeliveryError, Mailer};
pub use members::queue_to_who_may;
pub use queue::{MailError, Outgoing, queue};

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use shared::ErrorCode;

/// Refuses what would need a mail that can not be sent.
///
/// # Errors
/// `mail_not_set_up`.
pub fn must_be_ready(app: &App) -> ApiResult<()> {
    if app.mailer.is_ready() {
        return Ok(());
    }
    Err(ApiError::because(
        ErrorCode::MailNotSetUp,
        "Whoever runs this server has to set SMTP_URL or SENDGRID_API_KEY first.",
    ))
}
