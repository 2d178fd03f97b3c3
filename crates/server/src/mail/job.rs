//! Handing a message over. The table says how it went, so a message that was given up is no dead letter: the page of sent mail shows
//! it and sends it again.

use super::content::Content;
use super::{Delivered, mailer::Message};
use crate::app::App;
use chrono::Utc;
use db::Conn;
use db::schema::mails;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::mail::MailState;
use shared::{MailId, OrganizationId};
use std::time::Duration;

/// A mail server may be slow; others of the product need not wait for it.
pub const QUEUE: &str = "mail";

/// Most letters of an answer that are kept.
const ERROR_MAX: usize = 500;

/// A process that dies between the server's answer and this row's change sends the message twice, under the same Message-ID.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendMail {
    pub mail_id: MailId,
    pub organization_id: OrganizationId,
}

#[derive(Queryable)]
struct Waiting {
    recipient: String,
    subject: String,
    content_sealed: Option<Vec<u8>>,
}

impl SendMail {
    /// Queues it in the caller's transaction.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.mail_id.to_string()),
            organization_id: Some(self.organization_id.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }

    async fn waiting(&self, app: &App) -> Result<Option<Waiting>, db::Error> {
        let id = self.mail_id;
        app.db
            .tenant(self.organization_id, async move |conn| {
                mails::table
                    .find(id.0)
                    .filter(mails::state.eq(MailState::Waiting.as_str()))
                    .select((mails::recipient, mails::subject, mails::content_sealed))
                    .first(conn)
                    .await
                    .optional()
                    .map_err(db::Error::from)
            })
            .await
    }

    /// `state`: where it has come to its end. What was sent is forgotten.
    async fn note(
        &self,
        app: &App,
        state: Option<MailState>,
        error: Option<String>,
    ) -> Result<(), db::Error> {
        let id = self.mail_id;
        app.db
            .tenant(self.organization_id, async move |conn| {
                let waiting = mails::table
                    .find(id.0)
                    .filter(mails::state.eq(MailState::Waiting.as_str()));
                diesel::update(waiting)
                    .set((
                        mails::state.eq(state.unwrap_or(MailState::Waiting).as_str()),
                        mails::settled_at.eq(state.map(|_| Utc::now())),
                        mails::attempts.eq(mails::attempts + 1),
                        mails::last_error.eq(error),
                    ))
                    .execute(conn)
                    .await?;
                if state == Some(MailState::Sent) {
                    diesel::update(mails::table.find(id.0))
                        .set(mails::content_sealed.eq(None::<Vec<u8>>))
                        .execute(conn)
                        .await?;
                }
                Ok(())
            })
            .await
    }

    async fn give_up(&self, app: &App, error: &str) -> Result<(), db::Error> {
        tracing::warn!(mail.id = %self.mail_id, error, "a mail is given up");
        self.note(app, Some(MailState::Failed), Some(short(error))).await
    }
}

fn short(error: &str) -> String {
    error.chars().filter(|c| *c != '\0').take(ERROR_MAX).collect()
}

impl BackgroundJob for SendMail {
    const NAME: &'static str = "send_mail";
    const QUEUE: &'static str = QUEUE;
    /// About forty minutes: longer than servers ask strangers to wait.
    const MAX_ATTEMPTS: i32 = 10;
    const TIMEOUT: Duration = Duration::from_secs(120);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        let Some(waiting) = self.waiting(&app).await? else {
            return Ok(());
        };
        let content = waiting
            .content_sealed
            .ok_or_else(|| "the message is gone".to_owned())
            .and_then(|sealed| Content::open(&app, self.mail_id, &sealed).map_err(|error| error.to_string()));
        let content = match content {
            Ok(content) => content,
            Err(error) => return Ok(self.give_up(&app, &error).await?),
        };
        let message = Message {
            id: self.mail_id,
            to: &waiting.recipient,
            subject: &waiting.subject,
            content: &content,
        };
        match app.mailer.deliver(message).await {
            Ok(Delivered::Sent) => self.note(&app, Some(MailState::Sent), None).await?,
            Ok(Delivered::Kept) => self.note(&app, Some(MailState::Kept), None).await?,
            Err(error) if error.is_final || meta.is_last_attempt() => {
                self.give_up(&app, &error.message).await?;
            }
            Err(error) => {
                self.note(&app, None, Some(short(&error.message))).await?;
                return Err(JobError::from(anyhow::anyhow!(error.message)));
            }
        }
        Ok(())
    }
}
