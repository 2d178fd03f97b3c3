//! Where a user may work.

use crate::error::{ApiError, ApiResult};
use db::diesel::sql_types::{Nullable, Uuid};
use db::diesel::{self, OptionalExtension, QueryableByName};
use db::diesel_async::RunQueryDsl;
use db::{Db, Scope};
use shared::organization::Organization;
use shared::{OrganizationId, UserId};

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Uuid)]
    id: uuid::Uuid,
}

/// The organization in which a session starts: the highest one the user is a member of. On the host of an organization it is the
/// highest at or below that one, or else the lowest above it; who is a member of neither has none there.
///
/// # Errors
/// The database's.
pub async fn home(db: &Db, user: UserId, host: Option<OrganizationId>) -> ApiResult<Option<OrganizationId>> {
    const HIGHEST: &str = "
        SELECT o.id FROM memberships m JOIN organizations o ON o.id = m.organization_id
        LEFT JOIN organization_closure below ON below.ancestor_id = $2 AND below.descendant_id = o.id
        LEFT JOIN organization_closure above ON above.ancestor_id = o.id AND above.descendant_id = $2
        WHERE m.user_id = $1 AND ($2 IS NULL OR below.depth IS NOT NULL OR above.depth IS NOT NULL)
        ORDER BY below.depth, above.depth, array_position(ARRAY['platform', 'agency', 'customer'], o.kind), o.name, o.id LIMIT 1";
    db.tenant(Scope::user(user), async move |conn| {
        let found = diesel::sql_query(HIGHEST)
            .bind::<Uuid, _>(user.0)
            .bind::<Nullable<Uuid>, _>(host.map(|id| id.0))
            .get_result::<Id>(conn)
            .await
            .optional()?;
        Ok::<_, ApiError>(found.map(|row| OrganizationId(row.id)))
    })
    .await
}

/// Organizations that a session of the user can switch to, by name; 500 at most.
///
/// # Errors
/// The database's.
pub async fn reachable(db: &Db, user: UserId) -> ApiResult<Vec<Organization>> {
    const REACHABLE: &str = "
        SELECT DISTINCT ON (o.name, o.id) o.id, o.name, o.slug, o.kind, o.timezone
        FROM memberships m
        JOIN organization_closure c ON c.ancestor_id = m.organization_id
        JOIN organizations o ON o.id = c.descendant_id
        WHERE m.user_id = $1 AND o.status <> 'archived'
          AND (c.depth = 0 OR EXISTS (SELECT FROM standing($1, m.organization_id) s WHERE 'organizations.enter' = ANY (s.permissions)))
        ORDER BY o.name, o.id LIMIT 500";
    let rows = db
        .tenant(Scope::user(user), async move |conn| {
            diesel::sql_query(REACHABLE)
                .bind::<Uuid, _>(user.0)
                .load::<crate::auth::OrganizationRow>(conn)
                .await
                .map_err(ApiError::from)
        })
        .await?;
    rows.into_iter().map(Organization::try_from).collect()
}
