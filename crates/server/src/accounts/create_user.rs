//! A user with one membership.

use db::diesel::upsert::excluded;
use db::diesel::{self, ExpressionMethods, OptionalExtension, QueryDsl};
use db::diesel_async::RunQueryDsl;
use db::schema::{memberships, users};
use db::{Conn, Scope};
use shared::{Email, OrganizationId, UserId};

/// What is known of a new user.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub email: Email,
    pub name: String,
    /// As stored in `users.password_hash`.
    pub password_hash: String,
    pub organization: OrganizationId,
    /// Key of a role template.
    pub role: &'static str,
}

/// Adds the user, or only his membership where the address is known already: neither a password nor a name is
/// overwritten. Runs in a transaction whose scope is the organization's. Returns the id and whether the user is new.
///
/// # Errors
/// The database's.
pub async fn create_user(conn: &mut Conn, new: NewUser) -> Result<(UserId, bool), diesel::result::Error> {
    let added: Option<uuid::Uuid> = diesel::insert_into(users::table)
        .values((
            users::id.eq(uuid::Uuid::now_v7()),
            users::email.eq(new.email.as_str()),
            users::name.eq(&new.name),
            users::password_hash.eq(&new.password_hash),
        ))
        .on_conflict(users::email)
        .do_nothing()
        .returning(users::id)
        .get_result(conn)
        .await
        .optional()?;
    let id = match added {
        Some(id) => id,
        None => {
            users::table
                .filter(users::email.eq(new.email.as_str()))
                .select(users::id)
                .first(conn)
                .await?
        }
    };
    diesel::insert_into(memberships::table)
        .values((
            memberships::organization_id.eq(new.organization.0),
            memberships::user_id.eq(id),
            memberships::role.eq(new.role),
        ))
        .on_conflict((memberships::organization_id, memberships::user_id))
        .do_update()
        .set(memberships::role.eq(excluded(memberships::role)))
        .execute(conn)
        .await?;
    Ok((UserId(id), added.is_some()))
}

/// In a transaction of its own.
///
/// # Errors
/// The database's.
pub async fn create_user_alone(db: &db::Db, new: NewUser) -> Result<(UserId, bool), db::Error> {
    db.tenant(Scope::organization(new.organization), async move |conn| {
        Ok(create_user(conn, new).await?)
    })
    .await
}
