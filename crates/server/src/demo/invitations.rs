//! Somebody who was invited and has not come yet: a page of members shows what an invitation looks like, and the mailbox its mail.

use super::Seeded;
use crate::app::App;
use crate::error::ApiResult;
use crate::invitations::create;
use db::schema::{invitations, users};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::UserId;
use shared::invitation::CreateInvitation;

const AUTHOR: &str = "customer@demo.test";
const INVITED: &str = "front.desk@demo.test";

/// Invites, unless anybody ever was.
///
/// # Errors
/// The database's.
pub async fn invite(app: &App, seeded: Seeded) -> ApiResult<()> {
    let organization = seeded.customer;
    let sent: i64 = app
        .db
        .tenant::<_, crate::error::ApiError, _>(organization, async move |conn| {
            Ok(invitations::table.count().get_result(conn).await?)
        })
        .await?;
    if sent > 0 || !app.mailer.keeps() {
        return Ok(());
    }
    let author: Option<uuid::Uuid> = users::table
        .filter(users::email.eq(AUTHOR))
        .select(users::id)
        .first(&mut *app.db.connection().await?)
        .await
        .optional()?;
    let Some(author) = author else { return Ok(()) };
    let Some(author) = app.principals.get(&app.db, UserId(author), organization).await? else {
        return Ok(());
    };
    let request = CreateInvitation {
        email: INVITED.to_owned(),
        role: "customer_user".to_owned(),
        message: "Welcome to the team. The calls of the front desk are waiting for you.".to_owned(),
        ..CreateInvitation::default()
    };
    create::member(app, &author, None, request).await.map(drop)
}
