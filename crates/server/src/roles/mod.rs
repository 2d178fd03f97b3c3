//! Roles that can be given in an organization, and making its own.

pub mod create;
pub mod list;
pub mod remove;
mod row;
pub mod update;

use crate::error::{ApiError, ApiResult};
use db::Conn;
use db::diesel::result::{DatabaseErrorKind, Error};
use shared::organization::OrganizationKind;
use shared::role_list::Role;

/// Every role that can be given in the transaction's organization, which is of `kind`.
///
/// # Errors
/// The database's.
pub async fn givable(conn: &mut Conn, kind: OrganizationKind) -> ApiResult<Vec<Role>> {
    let mut roles = row::templates(conn, kind).await?;
    let own_and_above = row::load(conn, None).await?;
    roles.extend(own_and_above.into_iter().filter(|role| role.kind == kind));
    Ok(roles)
}

/// Every role that the transaction's organization, which is of `kind`, can make a rule about: its own, those from above, and the
/// templates of its kind and of those below.
///
/// # Errors
/// The database's.
pub async fn here_and_below(conn: &mut Conn, kind: OrganizationKind) -> ApiResult<Vec<Role>> {
    use OrganizationKind::{Agency, Customer, Platform};
    let mut roles = Vec::new();
    for kind in [Platform, Agency, Customer]
        .into_iter()
        .filter(|below| *below >= kind)
    {
        roles.extend(row::templates(conn, kind).await?);
    }
    roles.extend(row::load(conn, None).await?);
    Ok(roles)
}

/// A name that is taken, said beside the field.
fn name_taken(error: Error) -> ApiError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => ApiError::field(
            "name",
            "A role of this kind has this name already; choose another",
        ),
        other => other.into(),
    }
}
