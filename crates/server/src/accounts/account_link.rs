//! A link that was sent to an account's address, as it is found again.

use crate::accounts::link_secret::{gone, unknown};
use crate::error::ApiResult;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::{account_links, users};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::UserId;
use uuid::Uuid;

/// One that can be followed.
#[derive(Clone, Debug)]
pub struct AccountLink {
    pub user: UserId,
    /// The account's address now.
    pub present: String,
    pub name: String,
    /// To which the link was sent.
    pub sent_to: String,
}

type Row = (
    Uuid,
    String,
    String,
    String,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    bool,
);

/// # Errors
/// `not_found` for a link that nobody was sent, `link_gone` for one that was used or whose time is over.
pub async fn find(conn: &mut Conn, hash: &[u8], purpose: &str) -> ApiResult<AccountLink> {
    let row: Option<Row> = account_links::table
        .inner_join(users::table.on(users::id.eq(account_links::user_id)))
        .filter(account_links::token_hash.eq(hash))
        .filter(account_links::purpose.eq(purpose))
        .select((
            users::id,
            users::email,
            users::name,
            account_links::email,
            account_links::expires_at,
            account_links::used_at,
            users::disabled_at.is_not_null(),
        ))
        .first(conn)
        .await
        .optional()?;
    let Some((user, present, name, sent_to, expires_at, used_at, disabled)) = row else {
        return Err(unknown());
    };
    if used_at.is_some() {
        return Err(gone("It was used already. Ask for a new one."));
    }
    if expires_at <= Utc::now() {
        return Err(gone("Its time is over. Ask for a new one."));
    }
    if disabled {
        return Err(gone("The account may not sign in. Ask your administrator."));
    }
    Ok(AccountLink {
        user: UserId(user),
        present,
        name,
        sent_to,
    })
}

/// Uses it up. Of two who come at once the second finds it used.
///
/// # Errors
/// `link_gone`.
pub async fn take(conn: &mut Conn, hash: &[u8]) -> ApiResult<()> {
    let open = account_links::table
        .find(hash.to_vec())
        .filter(account_links::used_at.is_null())
        .filter(account_links::expires_at.gt(diesel::dsl::now));
    let taken = diesel::update(open)
        .set(account_links::used_at.eq(diesel::dsl::now))
        .execute(conn)
        .await?;
    if taken == 0 {
        return Err(gone("It was used already. Ask for a new one."));
    }
    Ok(())
}
