//! A member as the database tells him.

use crate::error::{ApiError, ApiResult};
use chrono::{DateTime, Utc};
use db::Conn;
use db::diesel::sql_types::{Array, BigInt, Bool, Json, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use db::diesel::{self, QueryableByName};
use db::diesel_async::RunQueryDsl;
use shared::member::Member;
use shared::{Email, Permission, PermissionSet, UserId};
use uuid::Uuid;

/// Members of the transaction's organization, by name. The organization is named beside the policy: one's own memberships
/// elsewhere are visible too.
const SQL: &str = r"
SELECT m.user_id, u.name, u.email, coalesce(m.role_id::text, m.role) AS role,
       coalesce(r.name, t.label, m.role) AS role_label,
       m.role_id IS NULL AND m.role LIKE '%\_owner' AS is_owner,
       m.grants, m.denials, coalesce(s.permissions, '{}') AS permissions, m.only_assigned_agents,
       (SELECT coalesce(json_agg(json_build_object('id', a.id, 'name', a.name) ORDER BY a.name, a.id), '[]')
        FROM member_agents ma JOIN agents a ON a.id = ma.agent_id
        WHERE ma.organization_id = m.organization_id AND ma.user_id = m.user_id) AS agents,
       u.last_login_at, u.second_factor_at IS NOT NULL AS second_factor, u.disabled_at IS NOT NULL AS disabled,
       member_locked_until(m.user_id) AS locked_until
FROM memberships m
JOIN users u ON u.id = m.user_id
LEFT JOIN roles r ON r.id = m.role_id
LEFT JOIN role_templates t ON t.key = m.role
LEFT JOIN LATERAL standing(m.user_id, m.organization_id) s ON true
WHERE m.organization_id = current_organization()
  AND ($1::uuid IS NULL OR m.user_id = $1)
  AND ($2 = '' OR position(lower($2) in lower(u.name)) > 0 OR position(lower($2) in lower(u.email)) > 0)
  AND ($3::uuid IS NULL OR (u.name, u.id) > ($4, $3))
ORDER BY u.name, u.id LIMIT $5";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    role_label: String,
    #[diesel(sql_type = Bool)]
    is_owner: bool,
    #[diesel(sql_type = Array<Text>)]
    grants: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    denials: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    permissions: Vec<String>,
    #[diesel(sql_type = Bool)]
    only_assigned_agents: bool,
    #[diesel(sql_type = Json)]
    agents: serde_json::Value,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_login_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    second_factor: bool,
    #[diesel(sql_type = Bool)]
    disabled: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    locked_until: Option<DateTime<Utc>>,
}

/// A member with what he may do in the end.
pub struct Found {
    pub member: Member,
    pub permissions: PermissionSet,
}

/// Which members, and how many.
pub struct Wanted {
    pub user: Option<UserId>,
    /// Part of name or address.
    pub text: String,
    /// Those after this one.
    pub after: Option<(String, Uuid)>,
    pub limit: i64,
}

fn set(codes: &[String]) -> PermissionSet {
    codes
        .iter()
        .filter_map(|code| Permission::from_code(code))
        .collect()
}

/// # Errors
/// The database's.
pub async fn load(conn: &mut Conn, wanted: Wanted) -> ApiResult<Vec<Found>> {
    let (name, id) = wanted.after.unzip();
    let rows: Vec<Row> = diesel::sql_query(SQL)
        .bind::<Nullable<SqlUuid>, _>(wanted.user.map(|user| user.0))
        .bind::<Text, _>(wanted.text)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<Nullable<Text>, _>(name)
        .bind::<BigInt, _>(wanted.limit)
        .load(conn)
        .await?;
    rows.into_iter().map(Row::found).collect()
}

/// One member.
///
/// # Errors
/// `NotFound` for somebody who is none, or the database's.
pub async fn one(conn: &mut Conn, user: UserId) -> ApiResult<Found> {
    let wanted = Wanted {
        user: Some(user),
        text: String::new(),
        after: None,
        limit: 1,
    };
    load(conn, wanted).await?.pop().ok_or_else(ApiError::not_found)
}

impl Row {
    fn found(self) -> ApiResult<Found> {
        let permissions = set(&self.permissions);
        let member = Member {
            id: UserId(self.user_id),
            name: self.name,
            email: Email::parse(&self.email).map_err(ApiError::internal)?,
            role: self.role,
            role_label: self.role_label,
            is_owner: self.is_owner,
            grants: set(&self.grants),
            denials: set(&self.denials),
            permission_count: i64::try_from(permissions.len()).map_err(ApiError::internal)?,
            only_assigned_agents: self.only_assigned_agents,
            agents: serde_json::from_value(self.agents).map_err(ApiError::internal)?,
            last_sign_in_at: self.last_login_at,
            second_factor: self.second_factor,
            locked_until: self.locked_until,
            disabled: self.disabled,
        };
        Ok(Found { member, permissions })
    }
}
