//! The lock of an account that is guessed at: in the database, so that it holds on every server and after a restart.
//!
//! From the fifth wrong try on each one locks the account for twice as long, an hour at most, and then one more try is let through:
//! its owner is never shut out for good, and a guesser has 24 guesses a day. An address without an account is locked alike, so that
//! nobody learns which have one.
//!
//! A lock that only attempts under way have made is in doubt until these end. Who comes meanwhile waits: several sign-ins with the
//! right password at one moment all succeed, several guesses gain nothing.

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

/// How often a lock in doubt is looked at, and how often at most: longer than a queue of password hashes takes.
const PAUSE: Duration = Duration::from_millis(60);
const LOOKS: u32 = 100;

fn hash(email: &Email) -> Vec<u8> {
    Sha256::digest(email.as_str().as_bytes()).to_vec()
}

/// Counts an attempt, before it is known whether it is a right one: many at the same moment gain nothing.
///
/// # Errors
/// `rate_limited` while the account is locked.
pub async fn begin(db: &Db, email: &Email) -> ApiResult<()> {
    for _ in 0..LOOKS {
        match u64::try_from(ask(db, email).await?) {
            Ok(0) => return Ok(()),
            Ok(seconds) => return Err(ApiError::RateLimited(Duration::from_secs(seconds))),
            Err(_in_doubt) => tokio::time::sleep(PAUSE).await,
        }
    }
    Err(ApiError::RateLimited(Duration::from_secs(1)))
}

/// Seconds that the account is locked, 0 when the attempt has begun, less when it is in doubt whether it is locked.
async fn ask(db: &Db, email: &Email) -> ApiResult<i32> {
    // Given back before anybody waits.
    let mut conn = db.connection().await?;
    let wait: Wait = diesel::sql_query("SELECT begin_sign_in($1) AS seconds")
        .bind::<Bytea, _>(hash(email))
        .get_result(&mut conn)
        .await?;
    Ok(wait.seconds)
}

/// It was a wrong one.
///
/// # Errors
/// The database's.
pub async fn refuse(db: &Db, email: &Email) -> ApiResult<()> {
    let mut conn = db.connection().await?;
    diesel::sql_query("SELECT refuse_sign_in($1)")
        .bind::<Bytea, _>(hash(email))
        .execute(&mut conn)
        .await?;
    Ok(())
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
