//! An organization that is to be given something.

use crate::error::{ApiError, ApiResult};
use db::Conn;
use db::schema::organization_closure::dsl as closure;
use db::schema::organizations::dsl as organizations;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::OrganizationId;

/// Whether it lies at or below `own` and takes anything.
///
/// # Errors
/// What is wrong with the field `organization_id`, or the database's.
pub async fn check_target(conn: &mut Conn, own: OrganizationId, target: OrganizationId) -> ApiResult<()> {
    let status: Option<String> = organizations::organizations
        .inner_join(closure::organization_closure.on(closure::descendant_id.eq(organizations::id)))
        .filter(closure::ancestor_id.eq(own.0))
        .filter(organizations::id.eq(target.0))
        .select(organizations::status)
        .first(conn)
        .await
        .optional()?;
    match status.as_deref() {
        None => Err(ApiError::field(
            "organization_id",
            "There is no such organization at or below yours",
        )),
        Some("archived") => Err(ApiError::field(
            "organization_id",
            "This organization was put away. Restore it first",
        )),
        Some(_) => Ok(()),
    }
}
