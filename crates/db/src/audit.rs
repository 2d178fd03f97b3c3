//! Entries of the audit log, written in the transaction that does the deed.

use crate::schema::audit_log;
use diesel::Insertable;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::{OrganizationId, UserId};

/// Who did what, from where.
pub struct Entry<'a> {
    pub organization: OrganizationId,
    pub user: Option<UserId>,
    /// Namespaced verb, such as `connection.created`.
    pub action: &'a str,
    /// Id of what it was done to.
    pub subject: Option<String>,
    pub details: serde_json::Value,
    pub ip: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = audit_log)]
struct Row<'a> {
    id: uuid::Uuid,
    organization_id: uuid::Uuid,
    occurred_at: chrono::DateTime<chrono::Utc>,
    user_id: Option<uuid::Uuid>,
    action: &'a str,
    subject: Option<String>,
    details: serde_json::Value,
    ip: Option<String>,
}

/// Adds an entry. The month's partition must exist ([`crate::Db::ensure_month`]).
///
/// # Errors
/// The database's own.
pub async fn record(conn: &mut AsyncPgConnection, entry: Entry<'_>) -> Result<(), diesel::result::Error> {
    let row = Row {
        id: uuid::Uuid::now_v7(),
        organization_id: entry.organization.0,
        occurred_at: chrono::Utc::now(),
        user_id: entry.user.map(|id| id.0),
        action: entry.action,
        subject: entry.subject,
        details: entry.details,
        ip: entry.ip,
    };
    diesel::insert_into(audit_log::table)
        .values(row)
        .execute(conn)
        .await
        .map(|_| ())
}
