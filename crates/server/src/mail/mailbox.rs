//! `GET /api/dev/mail` and `GET /api/dev/mail/{id}`: the mailbox of a machine that sends none.
//!
//! Its links let anybody in, so it exists where mail is kept only, and is open to this machine alone unless the machine shows demo
//! data, whose passwords are public anyway.

use super::content::Content;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::middleware::client_ip::is_this_machine;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::MailId;
use shared::mail::{KeptMail, KeptMailDetail};
use uuid::Uuid;

/// Newest messages that are listed.
const LISTED: i32 = 100;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    recipient: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Nullable<Binary>)]
    content_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
}

pub async fn list(app: web::Data<App>, request: HttpRequest) -> ApiResult<web::Json<Vec<KeptMail>>> {
    let rows = kept(&app, &request, None).await?;
    let mails = rows.into_iter().map(|row| KeptMail {
        id: MailId(row.id),
        recipient: row.recipient,
        kind: row.kind,
        subject: row.subject,
        created_at: row.created_at,
    });
    Ok(web::Json(mails.collect()))
}

pub async fn show(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<MailId>,
) -> ApiResult<web::Json<KeptMailDetail>> {
    let row = kept(&app, &request, Some(*id)).await?.pop();
    let row = row.ok_or_else(ApiError::not_found)?;
    let sealed = row.content_sealed.ok_or_else(ApiError::not_found)?;
    let content = Content::open(&app, *id, &sealed).map_err(ApiError::internal)?;
    Ok(web::Json(KeptMailDetail {
        id: *id,
        sender: app.mailer.sender(&content.sender_name),
        recipient: row.recipient,
        subject: row.subject,
        html: content.html,
        text: content.text,
        link: content.link,
        created_at: row.created_at,
    }))
}

async fn kept(app: &App, request: &HttpRequest, only: Option<MailId>) -> ApiResult<Vec<Row>> {
    if !app.mailer.keeps() || !(app.config.demo || is_this_machine(request)) {
        return Err(ApiError::not_found());
    }
    let mut conn = app.db.connection().await?;
    Ok(diesel::sql_query(
        "SELECT id, recipient, kind, subject, content_sealed, created_at FROM kept_mail($1, $2)",
    )
    .bind::<Nullable<SqlUuid>, _>(only.map(|id| id.0))
    .bind::<Integer, _>(LISTED)
    .load(&mut conn)
    .await?)
}
