//! The platform's decisions as every tenant meets them, and the sign-in page.

use crate::error::{ApiError, ApiResult};
use db::Db;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use moka::sync::Cache;
use shared::OrganizationId;
use shared::platform::PlatformSettings;
use std::time::Duration;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    pub platform: OrganizationId,
    pub settings: PlatformSettings,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Bool)]
    registration_open: bool,
    #[diesel(sql_type = Integer)]
    registration_commission_basis_points: i32,
    #[diesel(sql_type = Integer)]
    invitation_days: i32,
}

/// Rules of late: the sign-in page asks for them before anybody is known. Another server notices a change after these seconds;
/// what is founded asks the database itself.
#[derive(Clone)]
pub struct RulesCache(Cache<(), Rules>);

const REMEMBERED_FOR: Duration = Duration::from_secs(10);

impl Default for RulesCache {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(1)
                .time_to_live(REMEMBERED_FOR)
                .build(),
        )
    }
}

impl RulesCache {
    /// # Errors
    /// The database's; not found while there is no platform.
    pub async fn get(&self, db: &Db) -> ApiResult<Rules> {
        if let Some(known) = self.0.get(&()) {
            return Ok(known);
        }
        let rules = Rules::load(&mut *db.connection().await?).await?;
        self.0.insert((), rules);
        Ok(rules)
    }

    /// They were changed here.
    pub fn forget(&self) {
        self.0.invalidate_all();
    }
}

impl Rules {
    /// As they stand now.
    ///
    /// # Errors
    /// As [`RulesCache::get`].
    pub async fn load(conn: &mut db::Conn) -> ApiResult<Self> {
        let row = diesel::sql_query("SELECT * FROM platform_rules()")
            .get_result::<Row>(conn)
            .await
            .map_err(ApiError::from)?;
        Ok(Self {
            platform: OrganizationId(row.organization_id),
            settings: PlatformSettings {
                registration_open: row.registration_open,
                registration_commission_basis_points: row.registration_commission_basis_points,
                invitation_days: row.invitation_days,
            },
        })
    }

    /// When an invitation that is sent now ends.
    pub fn invitation_end(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::Utc::now() + chrono::Duration::days(i64::from(self.settings.invitation_days))
    }
}
