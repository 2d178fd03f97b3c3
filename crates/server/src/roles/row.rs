//! Roles as the database tells them.

use crate::error::{ApiError, ApiResult};
use db::Conn;
use db::diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use db::diesel::{self, QueryableByName};
use db::diesel_async::RunQueryDsl;
use shared::organization::OrganizationKind;
use shared::role::RoleTemplate;
use shared::role_list::{Role, RoleSource};
use shared::{Permission, RoleId};
use std::collections::HashMap;
use uuid::Uuid;

/// Own roles of every kind, and those from above that can be given here.
const OWN_AND_ABOVE: &str = "
SELECT r.id, r.name, r.description, r.kind, r.permissions, r.organization_id = o.id AS own,
       CASE WHEN r.organization_id = o.id THEN coalesce(h.holders, 0)
            ELSE (SELECT count(*) FROM memberships m WHERE m.organization_id = o.id AND m.role_id = r.id) END AS holders
FROM organizations o
JOIN roles r ON r.organization_id = o.id OR r.kind = o.kind
LEFT JOIN role_holders() h ON h.role_id = r.id
WHERE o.id = current_organization() AND ($1::uuid IS NULL OR r.id = $1)
ORDER BY own DESC, lower(r.name), r.id";

const OF_TEMPLATES: &str = "
SELECT m.role, count(*) AS holders FROM memberships m
WHERE m.organization_id = current_organization() AND m.role_id IS NULL GROUP BY m.role";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    description: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Array<Text>)]
    permissions: Vec<String>,
    #[diesel(sql_type = Bool)]
    own: bool,
    #[diesel(sql_type = BigInt)]
    holders: i64,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = BigInt)]
    holders: i64,
}

/// Own roles and those from above; with `only`, that one.
///
/// # Errors
/// The database's.
pub async fn load(conn: &mut Conn, only: Option<RoleId>) -> ApiResult<Vec<Role>> {
    let rows: Vec<Row> = diesel::sql_query(OWN_AND_ABOVE)
        .bind::<Nullable<SqlUuid>, _>(only.map(|id| id.0))
        .load(conn)
        .await?;
    rows.into_iter().map(Row::role).collect()
}

/// One role of the organization itself.
///
/// # Errors
/// `NotFound` for any other, or the database's.
pub async fn own(conn: &mut Conn, id: RoleId) -> ApiResult<Role> {
    let found = load(conn, Some(id)).await?.pop();
    found
        .filter(|role| role.source == RoleSource::Own)
        .ok_or_else(ApiError::not_found)
}

/// The product's templates for a kind of organization.
///
/// # Errors
/// The database's.
pub async fn templates(conn: &mut Conn, kind: OrganizationKind) -> ApiResult<Vec<Role>> {
    let held: Vec<Held> = diesel::sql_query(OF_TEMPLATES).load(conn).await?;
    let held: HashMap<_, _> = held.into_iter().map(|held| (held.role, held.holders)).collect();
    let roles = RoleTemplate::of_kind(kind).map(|template| Role {
        role: template.key.to_owned(),
        label: template.label.to_owned(),
        description: template.description.to_owned(),
        kind,
        source: RoleSource::Template,
        permissions: template.permissions(),
        holders: held.get(template.key).copied().unwrap_or_default(),
    });
    Ok(roles.collect())
}

impl Row {
    fn role(self) -> ApiResult<Role> {
        let codes = self.permissions.iter();
        Ok(Role {
            role: self.id.to_string(),
            label: self.name,
            description: self.description,
            kind: OrganizationKind::parse(&self.kind)
                .ok_or_else(|| ApiError::internal(format!("unknown kind of organization {}", self.kind)))?,
            source: if self.own {
                RoleSource::Own
            } else {
                RoleSource::Above
            },
            permissions: codes.filter_map(|code| Permission::from_code(code)).collect(),
            holders: self.holders,
        })
    }
}
