//! Members of an organization: who they are, and changing what they may do.

pub mod list;
pub mod remove;
mod row;
pub mod security;
pub mod update;

use crate::auth::Principal;
use crate::error::ApiError;
use db::Conn;
use db::diesel::{self, sql_query};
use db::diesel_async::RunQueryDsl;
use row::Found;
use shared::{ErrorCode, Permission, UserId};

/// Sessions of the user in the organization or, as its visitor, in one below it. A session's values are JSON each.
const END_SESSIONS: &str = r#"
DELETE FROM sessions s WHERE s.user_id = $1 AND s.state->>'organization_id' IN (
    SELECT '"' || c.descendant_id || '"' FROM organization_closure c WHERE c.ancestor_id = $2)"#;

/// Changes of memberships of one organization, one after the other: two owners who demote each other at the same moment
/// would each still see the other one.
async fn one_at_a_time(conn: &mut Conn) -> Result<(), diesel::result::Error> {
    sql_query("SELECT pg_advisory_xact_lock(hashtextextended('memberships ' || current_organization(), 0))")
        .execute(conn)
        .await
        .map(drop)
}

/// The rule about the last owner, asked before the end of the transaction so that its answer is this request's.
async fn ask_rules_now(conn: &mut Conn) -> Result<(), diesel::result::Error> {
    sql_query("SET CONSTRAINTS memberships_keep_owner IMMEDIATE")
        .execute(conn)
        .await
        .map(drop)
}

/// Nobody changes or removes somebody who may do more than he.
fn refuse_higher(caller: &Principal, user: UserId, member: &Found) -> Result<(), ApiError> {
    if caller.user.id == user {
        return Ok(());
    }
    let more = member.permissions.difference(&caller.permissions);
    if more.is_empty() {
        return Ok(());
    }
    let labels: Vec<_> = more.iter().map(Permission::label).collect();
    Err(ApiError::because(
        ErrorCode::PermissionDenied,
        format!(
            "This member may do more than you, so only somebody who may do that too can change him: {}.",
            labels.join(", ")
        ),
    ))
}
