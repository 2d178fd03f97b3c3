//! A user in an organization, with what he may do there.

use crate::error::ApiError;
use db::diesel::sql_types::{Array, Bool, Integer, Nullable, Text, Uuid};
use db::diesel::{self, OptionalExtension, QueryableByName};
use db::diesel_async::RunQueryDsl;
use db::{Db, Scope};
use moka::sync::Cache;
use shared::auth::{Home, User};
use shared::organization::{Organization, OrganizationKind, OrganizationStatus, Standstill};
use shared::{AgentId, ApiKeyId, Email, OrganizationId, Permission, PermissionSet, UserId};
use std::sync::Arc;
use std::time::Duration;

/// Who acts, and where.
#[derive(Clone, Debug)]
pub struct Principal {
    pub user: User,
    pub organization: Organization,
    /// Label of the role, such as `Admin`.
    pub role: String,
    /// What he may do now. Empty while the organization or one above it is suspended, and while the second factor that his role asks
    /// for is missing.
    pub permissions: PermissionSet,
    /// `Some`: he sees these agents and their calls only.
    pub agents: Option<Arc<[AgentId]>>,
    /// His membership lies above: he works in a customer's organization as a visitor.
    pub from_above: bool,
    /// Where his membership is.
    pub member_of: Home,
    /// He can do nothing there now, and why.
    pub standstill: Option<Standstill>,
    /// His role asks for a second factor.
    pub needs_second_factor: bool,
    pub has_second_factor: bool,
    /// With which key he acts.
    pub api_key: Option<ApiKeyId>,
}

impl Principal {
    /// His role asks for a second factor and he has none: nothing is open to him but setting one up.
    pub fn second_factor_missing(&self) -> bool {
        self.needs_second_factor && !self.has_second_factor
    }

    /// Rows that he sees.
    pub fn scope(&self) -> Scope {
        Scope {
            organization: Some(self.organization.id),
            user: Some(self.user.id),
            agents: self.agents.clone(),
            api_key: self.api_key,
        }
    }
}

/// Principals of late, so that the steady state asks the database nothing.
///
/// Every change of somebody's rights is told to every server by the database (`access` channel, see its migration), and
/// the cache is emptied then. The time to live is for a server whose listening connection is down.
#[derive(Clone)]
pub struct PrincipalCache(Cache<(UserId, OrganizationId), Arc<Principal>>);

const REMEMBERED_FOR: Duration = Duration::from_secs(30);

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

    /// Somebody's rights changed somewhere. Rights change rarely and a role may be held by many, so all are asked anew.
    pub fn forget_all(&self) {
        self.0.invalidate_all();
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    user_name: String,
    #[diesel(sql_type = Bool)]
    has_second_factor: bool,
    #[diesel(sql_type = Integer)]
    depth: i32,
    #[diesel(sql_type = Text)]
    role_label: String,
    #[diesel(sql_type = Array<Text>)]
    permissions: Vec<String>,
    #[diesel(sql_type = Nullable<Array<Uuid>>)]
    agents: Option<Vec<uuid::Uuid>>,
    #[diesel(sql_type = Bool)]
    needs_second_factor: bool,
    #[diesel(sql_type = Text)]
    working_status: String,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    contact_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    contact_email: Option<String>,
    #[diesel(sql_type = Uuid)]
    member_of: uuid::Uuid,
    #[diesel(sql_type = Text)]
    member_of_name: String,
    #[diesel(sql_type = Text)]
    member_of_status: String,
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

impl OrganizationRow {
    /// With the status that holds for it, which may come from above.
    fn with_status(self, status: OrganizationStatus) -> Result<Organization, ApiError> {
        Ok(Organization {
            id: self.id.into(),
            kind: OrganizationKind::parse(&self.kind)
                .ok_or_else(|| ApiError::internal(format!("unknown kind of organization {}", self.kind)))?,
            name: self.name,
            slug: self.slug,
            timezone: self.timezone,
            status,
        })
    }
}

impl TryFrom<OrganizationRow> for Organization {
    type Error = ApiError;
    fn try_from(row: OrganizationRow) -> Result<Self, ApiError> {
        row.with_status(OrganizationStatus::Active)
    }
}

/// `standing` is a function of the database, because the delegation ceiling is measured by the same rule. An organization
/// works only while it and everything above it does.
const STANDING: &str = "
    SELECT u.email, u.name AS user_name, u.second_factor_at IS NOT NULL AS has_second_factor,
           s.depth, s.role_label, s.permissions, s.agents, s.needs_second_factor,
           o.id, o.name, o.slug, o.kind, o.timezone, still.status AS working_status, still.reason, still.contact_name,
           still.contact_email, m.id AS member_of, m.name AS member_of_name, organization_status(m.id) AS member_of_status
    FROM standing($1, $2) s, users u, organizations o, organizations m, organization_standstill($2) still
    WHERE u.id = $1 AND o.id = $2 AND m.id = s.membership_organization_id";

async fn load(db: &Db, user: UserId, organization: OrganizationId) -> Result<Option<Principal>, ApiError> {
    // The user's own scope: his memberships and what lies below them, whichever organization the session names.
    let row = db
        .tenant(Scope::user(user), async move |conn| {
            diesel::sql_query(STANDING)
                .bind::<Uuid, _>(user.0)
                .bind::<Uuid, _>(organization.0)
                .get_result::<Row>(conn)
                .await
                .optional()
                .map_err(ApiError::from)
        })
        .await?;
    let Some(row) = row else { return Ok(None) };
    let parse = |status: &str| OrganizationStatus::parse(status).unwrap_or(OrganizationStatus::Suspended);
    let status = parse(&row.working_status);
    let from_above = row.depth > 0;
    // Whoever stands above still gets in, for he is the one who can put it right; unless he was stopped himself.
    let works = parse(&row.member_of_status) == OrganizationStatus::Active;
    let is_open = works && (row.has_second_factor || !row.needs_second_factor);
    let permissions = row
        .permissions
        .iter()
        .filter_map(|code| Permission::from_code(code));
    Ok(Some(Principal {
        user: User {
            id: user,
            email: Email::parse(&row.email).map_err(ApiError::internal)?,
            name: row.user_name,
        },
        organization: row.organization.with_status(status)?,
        role: row.role_label,
        permissions: permissions.filter(|_| is_open).collect(),
        agents: row.agents.map(|ids| ids.into_iter().map(AgentId).collect()),
        from_above,
        member_of: Home {
            id: row.member_of.into(),
            name: row.member_of_name,
        },
        standstill: (!works).then_some(Standstill {
            reason: row.reason,
            contact_name: row.contact_name,
            contact_email: row.contact_email,
        }),
        needs_second_factor: row.needs_second_factor,
        has_second_factor: row.has_second_factor,
        api_key: None,
    }))
}
