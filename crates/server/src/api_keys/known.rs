//! Keys that were shown of late, and when they were used.

use crate::error::ApiError;
use chrono::{DateTime, Utc};
use db::Db;
use db::diesel::sql_types::{Array, Bytea, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use db::diesel::{self, OptionalExtension, QueryableByName};
use db::diesel_async::RunQueryDsl;
use ipnet::IpNet;
use moka::sync::Cache;
use shared::{ApiKeyId, OrganizationId, Permission, PermissionSet, UserId};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// A key as it is asked for with every request.
#[derive(Debug)]
pub struct KnownKey {
    pub id: ApiKeyId,
    pub prefix: String,
    pub organization: OrganizationId,
    pub created_by: UserId,
    pub(super) secret_hash: Vec<u8>,
    pub permissions: PermissionSet,
    pub(super) networks: Vec<IpNet>,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// A server is told of every change by the database (`access` channel); the time to live is for one whose listening connection is
/// down.
const REMEMBERED_FOR: Duration = Duration::from_secs(30);

type Uses = HashMap<ApiKeyId, (DateTime<Utc>, Option<IpAddr>)>;

/// Cloned freely; the clones share what they remember.
#[derive(Clone)]
pub struct KnownKeys {
    /// By prefix; `None`: there is no such key.
    known: Cache<String, Option<Arc<KnownKey>>>,
    uses: Arc<Mutex<Uses>>,
}

impl Default for KnownKeys {
    fn default() -> Self {
        Self {
            known: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(REMEMBERED_FOR)
                .build(),
            uses: Arc::default(),
        }
    }
}

impl KnownKeys {
    /// What is remembered of a prefix; the outer `None`: nothing.
    pub(super) fn remembered(&self, prefix: &str) -> Option<Option<Arc<KnownKey>>> {
        self.known.get(prefix)
    }

    /// Asks the database, and remembers its answer.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn find(&self, db: &Db, prefix: &str) -> Result<Option<Arc<KnownKey>>, ApiError> {
        if let Some(known) = self.known.get(prefix) {
            return Ok(known);
        }
        let mut conn = db.connection().await?;
        let row = diesel::sql_query("SELECT * FROM find_api_key($1)")
            .bind::<Text, _>(prefix)
            .get_result::<Row>(&mut conn)
            .await
            .optional()?;
        let key = row.map(|row| Arc::new(row.key(prefix)));
        self.known.insert(prefix.to_owned(), key.clone());
        Ok(key)
    }

    /// A key was made, changed or revoked somewhere. That is rare, so all are asked for anew.
    pub fn forget_all(&self) {
        self.known.invalidate_all();
    }

    /// It was used now; written down by [`Self::flush`].
    pub(super) fn note_use(&self, id: ApiKeyId, ip: Option<IpAddr>) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.insert(id, (Utc::now(), ip));
    }

    /// Writes down which keys were used since the last time, all in one statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn flush(&self, db: &Db) -> Result<(), db::Error> {
        let uses = std::mem::take(&mut *self.uses.lock().unwrap_or_else(PoisonError::into_inner));
        if uses.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = uses.keys().map(|id| id.0).collect();
        let moments: Vec<_> = uses.values().map(|(at, _)| *at).collect();
        let addresses: Vec<_> = uses.values().map(|(_, ip)| ip.map(|ip| ip.to_string())).collect();
        let mut conn = db.connection().await?;
        diesel::sql_query("SELECT note_api_key_uses($1, $2, $3)")
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Array<Timestamptz>, _>(moments)
            .bind::<Array<Nullable<Text>>, _>(addresses)
            .execute(&mut conn)
            .await?;
        Ok(())
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    created_by: Uuid,
    #[diesel(sql_type = Bytea)]
    secret_hash: Vec<u8>,
    #[diesel(sql_type = Array<Text>)]
    permissions: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    networks: Vec<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expires_at: Option<DateTime<Utc>>,
}

impl Row {
    fn key(self, prefix: &str) -> KnownKey {
        let codes = self.permissions.iter();
        KnownKey {
            id: ApiKeyId(self.id),
            prefix: prefix.to_owned(),
            organization: self.organization_id.into(),
            created_by: self.created_by.into(),
            secret_hash: self.secret_hash,
            permissions: codes.filter_map(|code| Permission::from_code(code)).collect(),
            networks: super::networks::stored(&self.networks),
            expires_at: self.expires_at,
        }
    }
}
