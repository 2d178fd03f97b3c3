//! Links that are sent to an account's address: made, found again, used up.

use crate::accounts::LinkSecret;
use crate::accounts::link_secret::{gone, unknown};
use crate::error::ApiResult;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::{account_links, users};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::{Email, UserId};
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

/// A fresh one, in the place of an earlier one for the same purpose. Its secret part.
///
/// # Errors
/// The database's.
pub async fn make(
    conn: &mut Conn,
    user: UserId,
    purpose: &str,
    sent_to: &Email,
    expires_at: DateTime<Utc>,
) -> Result<String, diesel::result::Error> {
    let secret = LinkSecret::fresh();
    let earlier = account_links::table
        .filter(account_links::user_id.eq(user.0))
        .filter(account_links::purpose.eq(purpose))
        .filter(account_links::used_at.is_null());
    diesel::delete(earlier).execute(conn).await?;
    diesel::insert_into(account_links::table)
        .values((
            account_links::token_hash.eq(secret.hash),
            account_links::user_id.eq(user.0),
            account_links::purpose.eq(purpose),
            account_links::email.eq(sent_to.as_str()),
            account_links::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await?;
    Ok(secret.text)
}

/// Every link of the person that was not used opens nothing any more.
///
/// # Errors
/// The database's.
pub async fn end_all(conn: &mut Conn, user: UserId) -> Result<(), diesel::result::Error> {
    let open = account_links::table
        .filter(account_links::user_id.eq(user.0))
        .filter(account_links::used_at.is_null());
    diesel::delete(open).execute(conn).await.map(drop)
}
