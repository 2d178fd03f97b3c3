//! A user in an organization, with what he may do there.

use crate::error::ApiError;
use db::diesel::sql_types::{Array, Text, Uuid};
use db::diesel::{self, OptionalExtension, QueryableByName};
use db::diesel_async::RunQueryDsl;
use db::{Db, Scope};
use moka::sync::Cache;
use shared::auth::User;
use shared::organization::{Organization, OrganizationKind};
use shared::role::{RoleTemplate, TEMPLATES};
use shared::{Email, OrganizationId, Permission, PermissionSet, UserId};
use std::sync::Arc;
use std::time::Duration;

/// Who acts, and where.
#[derive(Clone, Debug)]
pub struct Principal {
    pub user: User,
    pub organization: Organization,
    /// Label of the role, such as `Admin`.
    pub role: String,
    pub permissions: PermissionSet,
}

/// Principals of late, so that the steady state asks the database nothing. A change of role or a disabled account
/// takes effect after five seconds at most.
#[derive(Clone)]
pub struct PrincipalCache(Cache<(UserId, OrganizationId), Arc<Principal>>);

const REMEMBERED_FOR: Duration = Duration::from_secs(5);

impl Default for PrincipalCache {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(10_000)
                .time_to_live(REMEMBERED_FOR)
                .build(),
        )
    }
}

impl PrincipalCache {
    /// The principal, or `None` when the user is disabled, gone, or has nothing to do in that organization.
    ///
    /// # Errors
    /// The database's.
    pub async fn get(
        &self,
        db: &Db,
        user: UserId,
        organization: OrganizationId,
    ) -> Result<Option<Arc<Principal>>, ApiError> {
        if let Some(known) = self.0.get(&(user, organization)) {
            return Ok(Some(known));
        }
        let found = load(db, user, organization).await?.map(Arc::new);
        if let Some(principal) = &found {
            self.remember(principal.clone());
        }
        Ok(found)
    }

    /// Takes this for who somebody is in an organization, until it is forgotten.
    pub fn remember(&self, principal: Arc<Principal>) {
        self.0
            .insert((principal.user.id, principal.organization.id), principal);
    }

    /// Forgets what is known of a user in an organization.
    pub fn forget(&self, user: UserId, organization: OrganizationId) {
        self.0.invalidate(&(user, organization));
    }
}

/// Keys of the roles whose holders may work in organizations below their own.
pub fn entering_roles() -> Vec<String> {
    TEMPLATES
        .iter()
        .filter(|role| role.permissions().contains(Permission::OrganizationsEnter))
        .map(|role| role.key.to_owned())
        .collect()
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    user_name: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(embed)]
    organization: OrganizationRow,
}

/// An organization as a query of ours reads it: columns `id`, `name`, `slug`, `kind`, `timezone`.
#[derive(QueryableByName)]
pub struct OrganizationRow {
    #[diesel(sql_type = Uuid)]
    id: uuid::Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    timezone: String,
}

impl TryFrom<OrganizationRow> for Organization {
    type Error = ApiError;
    fn try_from(row: OrganizationRow) -> Result<Self, ApiError> {
        Ok(Self {
            id: row.id.into(),
            kind: OrganizationKind::parse(&row.kind)
                .ok_or_else(|| ApiError::internal(format!("unknown kind of organization {}", row.kind)))?,
            name: row.name,
            slug: row.slug,
            timezone: row.timezone,
        })
    }
}

/// The nearest membership counts: in the organization itself, else the closest one above whose role may enter.
const NEAREST_MEMBERSHIP: &str = "
    SELECT u.email, u.name AS user_name, m.role, o.id, o.name, o.slug, o.kind, o.timezone
    FROM users u
    JOIN memberships m ON m.user_id = u.id
    JOIN organization_closure c ON c.ancestor_id = m.organization_id AND c.descendant_id = $2
    JOIN organizations o ON o.id = c.descendant_id
    WHERE u.id = $1 AND u.disabled_at IS NULL AND (c.depth = 0 OR m.role = ANY($3))
    ORDER BY c.depth LIMIT 1";

async fn load(db: &Db, user: UserId, organization: OrganizationId) -> Result<Option<Principal>, ApiError> {
    // The user's own scope: his memberships and what lies below them, whichever organization the session names.
    let row = db
        .tenant(Scope::user(user), async move |conn| {
            diesel::sql_query(NEAREST_MEMBERSHIP)
                .bind::<Uuid, _>(user.0)
                .bind::<Uuid, _>(organization.0)
                .bind::<Array<Text>, _>(entering_roles())
                .get_result::<Row>(conn)
                .await
                .optional()
                .map_err(ApiError::from)
        })
        .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(role) = RoleTemplate::find(&row.role) else {
        tracing::error!(role = %row.role, user.id = %user, "membership names an unknown role");
        return Ok(None);
    };
    Ok(Some(Principal {
        user: User {
            id: user,
            email: Email::parse(&row.email).map_err(ApiError::internal)?,
            name: row.user_name,
        },
        organization: row.organization.try_into()?,
        role: role.label.to_owned(),
        permissions: role.permissions(),
    }))
}
