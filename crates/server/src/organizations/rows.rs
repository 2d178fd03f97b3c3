//! What the database tells of organizations.

use crate::error::ApiError;
use chrono::{DateTime, Utc};
use db::Conn;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::OrganizationId;
use shared::customer::{Allowance, AtProvider, Limits, OrganizationSummary, SyncHealth, Used};
use shared::organization::{OrganizationKind, OrganizationStatus};
use shared::{Feature, Permission};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    timezone: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Text>)]
    status_reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    contact_email: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    organizations: i64,
    #[diesel(sql_type = BigInt)]
    agents: i64,
    #[diesel(sql_type = BigInt)]
    members: i64,
    #[diesel(sql_type = Array<BigInt>)]
    calls_by_day: Vec<i64>,
    #[diesel(sql_type = BigInt)]
    judged_7d: i64,
    #[diesel(sql_type = BigInt)]
    successful_7d: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_call_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    running_calls: i64,
    #[diesel(sql_type = BigInt)]
    failing_connections: i64,
    #[diesel(sql_type = BigInt)]
    minutes_this_month: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    max_minutes_per_month: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    sync_state: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    synced_at: Option<DateTime<Utc>>,
}

/// Which of those directly below the current organization.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub after: Option<(String, Uuid)>,
    pub text: String,
    pub status: Option<OrganizationStatus>,
    pub only: Option<OrganizationId>,
    pub at_most: i32,
}

/// With their health, by name.
///
/// # Errors
/// The database's.
pub async fn below(conn: &mut Conn, wanted: Wanted) -> Result<Vec<OrganizationSummary>, ApiError> {
    let (after_name, after_id) = wanted.after.unzip();
    let rows: Vec<Row> = diesel::sql_query("SELECT * FROM organizations_below($1, $2, $3, $4, $5, $6)")
        .bind::<Nullable<Text>, _>(after_name)
        .bind::<Nullable<SqlUuid>, _>(after_id)
        .bind::<Text, _>(wanted.text)
        .bind::<Nullable<Text>, _>(wanted.status.map(OrganizationStatus::as_str))
        .bind::<Nullable<SqlUuid>, _>(wanted.only.map(|id| id.0))
        .bind::<Integer, _>(wanted.at_most)
        .load(conn)
        .await?;
    rows.into_iter().map(Row::summary).collect()
}

impl Row {
    fn summary(self) -> Result<OrganizationSummary, ApiError> {
        let unknown = || ApiError::internal(format!("unknown kind or status: {} {}", self.kind, self.status));
        Ok(OrganizationSummary {
            id: self.id.into(),
            kind: OrganizationKind::parse(&self.kind).ok_or_else(unknown)?,
            status: OrganizationStatus::parse(&self.status).ok_or_else(unknown)?,
            name: self.name,
            slug: self.slug,
            timezone: self.timezone,
            status_reason: self.status_reason,
            contact_email: self.contact_email,
            created_at: self.created_at,
            organizations: self.organizations,
            agents: self.agents,
            members: self.members,
            calls_by_day: self.calls_by_day,
            success_rate_7d: (self.judged_7d > 0).then(|| self.successful_7d as f64 / self.judged_7d as f64),
            last_call_at: self.last_call_at,
            running_calls: self.running_calls,
            failing_connections: self.failing_connections,
            minutes_this_month: self.minutes_this_month,
            max_minutes_per_month: self.max_minutes_per_month,
            sync: self.sync_state.as_deref().and_then(SyncHealth::parse),
            synced_at: self.synced_at,
        })
    }
}

#[derive(QueryableByName)]
struct LimitsRow {
    #[diesel(sql_type = Nullable<Integer>)]
    max_agents: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    max_users: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    max_concurrent_calls: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    max_minutes_per_month: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    max_storage_bytes: Option<i64>,
}

#[derive(QueryableByName)]
struct UsedRow {
    #[diesel(sql_type = BigInt)]
    agents: i64,
    #[diesel(sql_type = BigInt)]
    members: i64,
    #[diesel(sql_type = BigInt)]
    recording_bytes: i64,
    #[diesel(sql_type = BigInt)]
    running_calls: i64,
    #[diesel(sql_type = BigInt)]
    minutes_this_month: i64,
}

#[derive(QueryableByName)]
struct AtProviderRow {
    #[diesel(sql_type = BigInt)]
    agents: i64,
    #[diesel(sql_type = BigInt)]
    applied: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    stopped: i64,
    #[diesel(sql_type = Nullable<Text>)]
    error: Option<String>,
}

impl From<AtProviderRow> for AtProvider {
    fn from(row: AtProviderRow) -> Self {
        Self {
            agents: row.agents,
            applied: row.applied,
            failed: row.failed,
            stopped: row.stopped,
            error: row.error,
        }
    }
}

/// What an organization was set: limits, features that are off, permissions that are allowed.
pub type Given = (Limits, Vec<String>, Option<Vec<String>>);

/// As it stands in its own row; the caller has made sure that it may be seen.
///
/// # Errors
/// The database's, `NotFound` included.
pub async fn given(conn: &mut Conn, id: OrganizationId) -> Result<Given, diesel::result::Error> {
    use db::schema::organizations::dsl;
    type Columns = (
        (Option<i32>, Option<i32>, Option<i32>, Option<i32>, Option<i64>),
        Vec<String>,
        Option<Vec<String>>,
    );
    let columns: Columns = dsl::organizations
        .find(id.0)
        .select((
            (
                dsl::max_agents,
                dsl::max_users,
                dsl::max_concurrent_calls,
                dsl::max_minutes_per_month,
                dsl::max_storage_bytes,
            ),
            dsl::features_off,
            dsl::allowed_permissions,
        ))
        .first(conn)
        .await?;
    let (
        (max_agents, max_users, max_concurrent_calls, max_minutes_per_month, max_storage_bytes),
        off,
        allowed,
    ) = columns;
    let limits = Limits {
        max_agents,
        max_users,
        max_concurrent_calls,
        max_minutes_per_month,
        max_storage_bytes,
    };
    Ok((limits, off, allowed))
}

/// The same with what holds in effect and what is used, for the current organization or one below.
///
/// # Errors
/// The database's, `NotFound` included.
pub async fn allowance(conn: &mut Conn, id: OrganizationId) -> Result<Allowance, ApiError> {
    let (limits, off, allowed) = given(conn, id).await?;
    let effective: LimitsRow = diesel::sql_query("SELECT * FROM effective_limits($1)")
        .bind::<SqlUuid, _>(id.0)
        .get_result(conn)
        .await?;
    let used: UsedRow = diesel::sql_query("SELECT * FROM organization_used($1)")
        .bind::<SqlUuid, _>(id.0)
        .get_result(conn)
        .await?;
    let at_provider: AtProviderRow = diesel::sql_query("SELECT * FROM limits_at_provider($1)")
        .bind::<SqlUuid, _>(id.0)
        .get_result(conn)
        .await?;
    Ok(Allowance {
        limits,
        at_provider: at_provider.into(),
        effective: Limits {
            max_agents: effective.max_agents,
            max_users: effective.max_users,
            max_concurrent_calls: effective.max_concurrent_calls,
            max_minutes_per_month: effective.max_minutes_per_month,
            max_storage_bytes: effective.max_storage_bytes,
        },
        used: Used {
            agents: used.agents,
            users: used.members,
            concurrent_calls: used.running_calls,
            minutes_this_month: used.minutes_this_month,
            storage_bytes: used.recording_bytes,
        },
        features_off: off.iter().filter_map(|code| Feature::from_code(code)).collect(),
        allowed_permissions: allowed.map(|codes| {
            codes
                .iter()
                .filter_map(|code| Permission::from_code(code))
                .collect()
        }),
    })
}
