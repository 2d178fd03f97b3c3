//! Who accepts.

use super::found::Found;
use crate::app::App;
use crate::auth::{Principal, session};
use crate::error::{ApiError, ApiResult};
use actix_session::Session;
use chrono::Utc;
use db::Conn;
use db::schema::{sessions, users};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::invitation::InvitedAccount;
use shared::{ErrorCode, UserId};
use std::sync::Arc;
use uuid::Uuid;

/// Somebody for whom the invitation is.
pub enum Person {
    SignedIn(UserId),
    /// He chooses name and password now; the password as it is stored.
    New {
        name: String,
        password_hash: String,
    },
}

/// Whoever is signed in in this browser and may be.
///
/// # Errors
/// The database's.
pub async fn signed_in(app: &App, session: &Session) -> ApiResult<Option<Arc<Principal>>> {
    match session::place(session) {
        Some(place) => app.principals.get(&app.db, place.user, place.organization).await,
        None => Ok(None),
    }
}

/// The signed-in person, if the invitation is his; `None`: a new one.
///
/// # Errors
/// `wrong_account` for another address than the invited one, `not_signed_in` where its person has to sign in first.
pub async fn of(app: &App, session: &Session, found: &Found) -> ApiResult<Option<UserId>> {
    let Some(principal) = signed_in(app, session).await? else {
        if found.account == InvitedAccount::Existing {
            return Err(ApiError::because(
                ErrorCode::NotSignedIn,
                format!(
                    "There is an account with the address {}. Sign in with it to accept.",
                    found.email
                ),
            ));
        }
        return Ok(None);
    };
    if principal.user.email != found.email {
        return Err(ApiError::because(
            ErrorCode::WrongAccount,
            format!(
                "The invitation is for {}, and you are signed in as {}. Sign out first.",
                found.email, principal.user.email
            ),
        ));
    }
    if session::previewed(session)?.is_some() {
        return Err(ApiError::because(
            ErrorCode::PermissionDenied,
            "You look at the product as another role sees it. End the preview first.",
        ));
    }
    Ok(Some(principal.user.id))
}

impl Person {
    /// His id; a new account is made. Following the link shows that the address is his.
    ///
    /// # Errors
    /// `conflict` when an account was made meanwhile, or the database's.
    pub async fn settle(self, conn: &mut Conn, found: &Found) -> ApiResult<UserId> {
        match self {
            Self::SignedIn(user) => {
                let unverified = users::table
                    .find(user.0)
                    .filter(users::email_verified_at.is_null());
                diesel::update(unverified)
                    .set(users::email_verified_at.eq(Utc::now()))
                    .execute(conn)
                    .await?;
                Ok(user)
            }
            Self::New { name, password_hash } => {
                let known: Option<Uuid> = users::table
                    .filter(users::email.eq(found.email.as_str()))
                    .select(users::id)
                    .for_update()
                    .first(conn)
                    .await
                    .optional()?;
                match known {
                    None => add(conn, found, &name, &password_hash).await,
                    Some(id) => wake(conn, UserId(id), &name, &password_hash).await,
                }
            }
        }
    }
}

async fn add(conn: &mut Conn, found: &Found, name: &str, password_hash: &str) -> ApiResult<UserId> {
    let id = Uuid::now_v7();
    let added = diesel::insert_into(users::table)
        .values((
            users::id.eq(id),
            users::email.eq(found.email.as_str()),
            users::name.eq(name),
            users::password_hash.eq(password_hash),
            users::email_verified_at.eq(Utc::now()),
            users::last_login_at.eq(Utc::now()),
        ))
        .on_conflict(users::email)
        .do_nothing()
        .execute(conn)
        .await?;
    if added == 0 {
        return Err(taken_meanwhile());
    }
    Ok(UserId(id))
}

/// An account that belongs nowhere begins anew, unless it was made a member of something meanwhile.
async fn wake(conn: &mut Conn, user: UserId, name: &str, password_hash: &str) -> ApiResult<UserId> {
    #[derive(QueryableByName)]
    struct Belongs {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        somewhere: bool,
    }
    let belongs: Belongs = diesel::sql_query("SELECT is_member_somewhere($1) AS somewhere")
        .bind::<diesel::sql_types::Uuid, _>(user.0)
        .get_result(conn)
        .await?;
    if belongs.somewhere {
        return Err(taken_meanwhile());
    }
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user.0)))
        .execute(conn)
        .await?;
    diesel::update(users::table.find(user.0))
        .set((
            users::name.eq(name),
            users::password_hash.eq(password_hash),
            users::email_verified_at.eq(Utc::now()),
            users::last_login_at.eq(Utc::now()),
            users::updated_at.eq(Utc::now()),
        ))
        .execute(conn)
        .await?;
    Ok(user)
}

fn taken_meanwhile() -> ApiError {
    ApiError::because(
        ErrorCode::Conflict,
        "An account was made for this address meanwhile. Sign in with it to accept.",
    )
}
