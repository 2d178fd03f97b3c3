//! The lock of an account that is guessed at: in the database, so that it holds on every server and after a restart.
//!
//! From the fifth wrong try on each one locks the account for twice as long, an hour at most, and then one more try is let through:
//! its owner is never shut out for good, and a guesser has 24 guesses a day. An address without an account is locked alike, so that
//! nobody learns which have one.

use crate::error::{ApiError, ApiResult};
use db::Db;
use db::diesel::sql_types::{Bool, Bytea, Integer};
use db::diesel::{self, QueryableByName};
use db::diesel_async::RunQueryDsl;
use sha2::{Digest, Sha256};
use shared::Email;
use std::time::Duration;

#[derive(QueryableByName)]
struct Wait {
    #[diesel(sql_type = Integer)]
    seconds: i32,
}

fn hash(email: &Email) -> Vec<u8> {
    Sha256::digest(email.as_str().as_bytes()).to_vec()
}

/// Counts an attempt, before it is known whether it is a right one: many at the same moment gain nothing.
///
/// # Errors
/// `rate_limited` while the account is locked.
pub async fn begin(db: &Db, email: &Email) -> ApiResult<()> {
    let mut conn = db.connection().await?;
    let wait: Wait = diesel::sql_query("SELECT begin_sign_in($1) AS seconds")
        .bind::<Bytea, _>(hash(email))
        .get_result(&mut conn)
        .await?;
    match u64::try_from(wait.seconds) {
        Ok(seconds) if seconds > 0 => Err(ApiError::RateLimited(Duration::from_secs(seconds))),
        _ => Ok(()),
    }
}

/// It was a right one; the account begins anew.
///
/// # Errors
/// The database's.
pub async fn forgive(db: &Db, email: &Email) -> ApiResult<()> {
    end(db, email, false).await
}

/// It was a right one, but another is to follow: this one does not count, those before it do.
///
/// # Errors
/// The database's.
pub async fn forgive_this(db: &Db, email: &Email) -> ApiResult<()> {
    end(db, email, true).await
}

async fn end(db: &Db, email: &Email, half: bool) -> ApiResult<()> {
    let mut conn = db.connection().await?;
    diesel::sql_query("SELECT end_sign_in($1, $2)")
        .bind::<Bytea, _>(hash(email))
        .bind::<Bool, _>(half)
        .execute(&mut conn)
        .await?;
    Ok(())
}
