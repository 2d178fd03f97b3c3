//! Saved views of the call log: a member's own, and those that an organization shares.
//!
//! That an own view is its maker's alone is a row policy. Shared ones are changed by whoever has `calls.share_views`.

pub mod create;
pub mod list;
pub mod remove;
mod row;
pub mod update;

use crate::error::{ApiError, ApiResult};
use db::Conn;
use db::audit;
use db::diesel::prelude::*;
use db::diesel::result::{DatabaseErrorKind, Error};
use db::diesel_async::RunQueryDsl;
use db::schema::call_views;
use shared::call_view::MAX_VIEWS;
use shared::{ErrorCode, OrganizationId, Permission, UserId};

/// Whose view it becomes, and whether there is room for one more.
///
/// # Errors
/// `LimitReached`, or the database's.
async fn has_room(conn: &mut Conn, user: UserId, shared: bool) -> ApiResult<()> {
    let count: i64 = if shared {
        let theirs = call_views::table.filter(call_views::shared);
        theirs.count().get_result(conn).await?
    } else {
        let own = call_views::table.filter(call_views::user_id.eq(user.0));
        own.filter(call_views::shared.eq(false))
            .count()
            .get_result(conn)
            .await?
    };
    if count < MAX_VIEWS {
        return Ok(());
    }
    let text = if shared {
        format!("The organization shares {MAX_VIEWS} views already. Remove one first.")
    } else {
        format!("You have {MAX_VIEWS} views already. Remove one first.")
    };
    Err(ApiError::because(ErrorCode::LimitReached, text))
}

/// Sharing, and changing what is shared.
fn may_share(may: bool) -> ApiResult<()> {
    if may {
        return Ok(());
    }
    let text = format!(
        "Your role does not have the permission \"{}\"",
        Permission::CallsShareViews.label()
    );
    Err(ApiError::because(ErrorCode::PermissionDenied, text))
}

/// A name that is taken, said beside the field.
fn name_taken(error: Error) -> ApiError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            ApiError::field("name", "There is a view of this name already; choose another")
        }
        other => other.into(),
    }
}

/// Who acts, from where: for the audit log, which is told of shared views only.
#[derive(Clone)]
struct Actor {
    organization: OrganizationId,
    user: UserId,
    ip: Option<String>,
}

impl Actor {
    async fn note(
        self,
        conn: &mut Conn,
        action: &'static str,
        subject: String,
        details: serde_json::Value,
    ) -> ApiResult<()> {
        let entry = audit::Entry {
            organization: self.organization,
            user: Some(self.user),
            action,
            subject: Some(subject),
            details,
            ip: self.ip,
        };
        audit::record(conn, entry).await.map_err(ApiError::from)
    }
}
