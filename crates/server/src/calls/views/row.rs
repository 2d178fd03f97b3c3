//! Views as the database has them.

use crate::error::{ApiError, ApiResult};
use db::Conn;
use db::diesel::prelude::*;
use db::diesel_async::RunQueryDsl;
use db::schema::{call_views, users};
use shared::call_filter::CallFilter;
use shared::call_view::CallView;
use shared::{CallViewId, PermissionSet, UserId};
use uuid::Uuid;

/// A view, and who reads it.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: CallViewId,
    pub name: String,
    pub shared: bool,
    pub user: Option<UserId>,
    pub author: Option<String>,
    pub filter: CallFilter,
}

type Columns = (
    Uuid,
    String,
    bool,
    Option<Uuid>,
    serde_json::Value,
    Option<String>,
);

/// What the reader of the transaction may see: shared ones first, each by name.
///
/// # Errors
/// The database's.
pub async fn load(conn: &mut Conn) -> ApiResult<Vec<Row>> {
    let rows: Vec<Columns> = call_views::table
        .left_join(users::table.on(call_views::user_id.eq(users::id.nullable())))
        .select((
            call_views::id,
            call_views::name,
            call_views::shared,
            call_views::user_id,
            call_views::filter,
            users::name.nullable(),
        ))
        .order((call_views::shared.desc(), call_views::name, call_views::id))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(row).collect())
}

/// One that the reader may see.
///
/// # Errors
/// `NotFound`, or the database's.
pub async fn one(conn: &mut Conn, id: CallViewId) -> ApiResult<Row> {
    let all = load(conn).await?;
    all.into_iter()
        .find(|row| row.id == id)
        .ok_or_else(ApiError::not_found)
}

fn row((id, name, shared, user, filter, author): Columns) -> Row {
    Row {
        id: CallViewId(id),
        name,
        shared,
        user: user.map(UserId),
        author,
        // One of another version keeps its name and shows everything.
        filter: serde_json::from_value(filter)
            .inspect_err(|error| tracing::warn!(view.id = %id, %error, "a saved view does not fit"))
            .unwrap_or_default(),
    }
}

impl Row {
    /// As its reader may see and change it.
    pub fn view(self, reader: UserId, permissions: &PermissionSet, may_share: bool) -> CallView {
        let needs = self.filter.needs().into_iter().map(|(_, permission)| permission);
        let mut missing: Vec<String> = needs
            .filter(|permission| !permissions.contains(*permission))
            .map(|permission| permission.code().to_owned())
            .collect();
        missing.dedup();
        CallView {
            editable: if self.shared {
                may_share
            } else {
                self.user == Some(reader)
            },
            id: self.id,
            name: self.name,
            shared: self.shared,
            author: self.author,
            filter: self.filter,
            missing,
        }
    }
}
