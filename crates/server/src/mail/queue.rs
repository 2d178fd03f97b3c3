//! Writing a message in the transaction that causes it: it goes out when, and only when, that commits.

use super::content::ContentError;
use super::{Letter, MailBrand, SendMail, brand};
use crate::app::App;
use crate::error::ApiError;
use db::Conn;
use db::schema::mails;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::EnqueueError;
use shared::{Email, MailId, OrganizationId};

/// A message on behalf of an organization.
pub struct Outgoing<'a> {
    pub organization: OrganizationId,
    pub to: &'a Email,
    /// Which message, such as `member_invitation`.
    pub kind: &'static str,
    /// Written for the organization's brand.
    pub letter: Letter,
}

/// Why a message could not be queued.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Template(#[from] askama::Error),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Enqueue(#[from] EnqueueError),
}

impl From<MailError> for ApiError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Query(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

/// Queues it. The transaction's organization must be that of the message.
///
/// # Errors
/// [`MailError`].
pub async fn queue(app: &App, conn: &mut Conn, mail: Outgoing<'_>) -> Result<MailId, MailError> {
    let brand = brand(app, conn, mail.organization).await?;
    queue_as(app, conn, &brand, mail).await
}

/// Queues it with the look of its organization, which is known already.
pub(super) async fn queue_as(
    app: &App,
    conn: &mut Conn,
    brand: &MailBrand,
    mail: Outgoing<'_>,
) -> Result<MailId, MailError> {
    let id = MailId(uuid::Uuid::now_v7());
    let (subject, content) = mail.letter.write(brand)?;
    diesel::insert_into(mails::table)
        .values((
            mails::id.eq(id.0),
            mails::organization_id.eq(mail.organization.0),
            mails::recipient.eq(mail.to.as_str()),
            mails::kind.eq(mail.kind),
            mails::subject.eq(subject),
            mails::content_sealed.eq(Some(content.seal(app, id)?)),
        ))
        .execute(conn)
        .await?;
    SendMail {
        mail_id: id,
        organization_id: mail.organization,
    }
    .queue(conn)
    .await?;
    Ok(id)
}
