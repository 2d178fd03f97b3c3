//! Writing to all members who may do something about it.

use super::queue::queue_as;
use super::{Letter, MailBrand, MailError, Outgoing, brand};
use crate::app::App;
use db::Conn;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use shared::{Email, OrganizationId, Permission};

#[derive(QueryableByName)]
struct Member {
    #[diesel(sql_type = Text)]
    email: String,
}

/// Queues one letter for each member who holds `permission`, in the organization's tenant transaction. Those above it who
/// only visit get none.
///
/// # Errors
/// [`MailError`].
pub async fn queue_to_who_may(
    app: &App,
    conn: &mut Conn,
    organization: OrganizationId,
    permission: Permission,
    kind: &'static str,
    write: impl FnOnce(&MailBrand) -> Letter,
) -> Result<(), MailError> {
    let members: Vec<Member> = diesel::sql_query("SELECT email FROM members_who_may($1)")
        .bind::<Text, _>(permission.code())
        .load(conn)
        .await?;
    let brand = brand(app, conn, organization).await?;
    let letter = write(&brand);
    for member in members {
        let Ok(to) = Email::parse(&member.email) else {
            continue;
        };
        let outgoing = Outgoing {
            organization,
            to: &to,
            kind,
            letter: letter.clone(),
        };
        queue_as(app, conn, &brand, outgoing).await?;
    }
    Ok(())
}
