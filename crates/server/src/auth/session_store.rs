//! Sessions in PostgreSQL. The cookie holds a random key, the table only its SHA-256: who reads the table, or a
//! backup of it, can not sign in.

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore as Store, UpdateError};
use actix_web::cookie::time;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::Db;
use db::diesel::{ExpressionMethods, OptionalExtension, QueryDsl, dsl};
use db::diesel_async::RunQueryDsl;
use db::schema::sessions;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::time::Duration;

type State = HashMap<String, String>;
type KeyHash = [u8; 32];

/// Cloned freely; the clones share what they remember.
#[derive(Clone)]
pub struct SessionStore {
    db: Db,
    /// A sign-out on another server is noticed after these few seconds.
    recent: Cache<KeyHash, State>,
}

const REMEMBERED_FOR: Duration = Duration::from_secs(5);

impl SessionStore {
    pub fn new(db: Db) -> Self {
        Self {
            db,
            recent: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(REMEMBERED_FOR)
                .build(),
        }
    }

    /// Sessions were ended in the database: what this server remembers of them is worth nothing.
    pub fn forget_all(&self) {
        self.recent.invalidate_all();
    }

    /// Removes what has expired; returns how many sessions that were.
    ///
    /// # Errors
    /// The database's.
    pub async fn prune(&self) -> Result<usize, db::Error> {
        let mut conn = self.db.connection().await?;
        let expired = sessions::table.filter(sessions::expires_at.le(dsl::now));
        Ok(db::diesel::delete(expired).execute(&mut conn).await?)
    }
}

fn hash(key: &SessionKey) -> KeyHash {
    Sha256::digest(key.as_ref().as_bytes()).into()
}

fn columns(state: &State) -> Result<(serde_json::Value, Option<uuid::Uuid>), serde_json::Error> {
    let user = state
        .get(super::session::USER)
        .map(|json| serde_json::from_str(json))
        .transpose()?;
    Ok((serde_json::to_value(state)?, user))
}

fn end(ttl: &time::Duration) -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now() + chrono::Duration::seconds(ttl.whole_seconds())
}

impl Store for SessionStore {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let hash = hash(key);
        if let Some(state) = self.recent.get(&hash) {
            return Ok(Some(state));
        }
        let mut conn = self
            .db
            .connection()
            .await
            .map_err(|e| LoadError::Other(e.into()))?;
        let stored: Option<serde_json::Value> = sessions::table
            .filter(sessions::key_hash.eq(hash.as_slice()))
            .filter(sessions::expires_at.gt(dsl::now))
            .select(sessions::state)
            .first(&mut conn)
            .await
            .optional()
            .map_err(|e| LoadError::Other(e.into()))?;
        let Some(stored) = stored else { return Ok(None) };
        let state: State =
            serde_json::from_value(stored).map_err(|e| LoadError::Deserialization(e.into()))?;
        self.recent.insert(hash, state.clone());
        Ok(Some(state))
    }

    async fn save(&self, state: State, ttl: &time::Duration) -> Result<SessionKey, SaveError> {
        let random: [u8; 32] = rand::random();
        let key =
            SessionKey::try_from(URL_SAFE_NO_PAD.encode(random)).map_err(|e| SaveError::Other(e.into()))?;
        let hash = hash(&key);
        let (json, user) = columns(&state).map_err(|e| SaveError::Serialization(e.into()))?;
        let mut conn = self
            .db
            .connection()
            .await
            .map_err(|e| SaveError::Other(e.into()))?;
        db::diesel::insert_into(sessions::table)
            .values((
                sessions::key_hash.eq(hash.as_slice()),
                sessions::user_id.eq(user),
                sessions::state.eq(json),
                sessions::expires_at.eq(end(ttl)),
            ))
            .execute(&mut conn)
            .await
            .map_err(|e| SaveError::Other(e.into()))?;
        self.recent.insert(hash, state);
        Ok(key)
    }

    /// A session that was deleted meanwhile stays deleted.
    async fn update(
        &self,
        key: SessionKey,
        state: State,
        ttl: &time::Duration,
    ) -> Result<SessionKey, UpdateError> {
        let hash = hash(&key);
        let (json, user) = columns(&state).map_err(|e| UpdateError::Serialization(e.into()))?;
        let mut conn = self
            .db
            .connection()
            .await
            .map_err(|e| UpdateError::Other(e.into()))?;
        let updated = db::diesel::update(sessions::table.find(hash.as_slice()))
            .set((
                sessions::state.eq(json),
                sessions::user_id.eq(user),
                sessions::expires_at.eq(end(ttl)),
            ))
            .execute(&mut conn)
            .await
            .map_err(|e| UpdateError::Other(e.into()))?;
        if updated > 0 {
            self.recent.insert(hash, state);
        } else {
            self.recent.invalidate(&hash);
        }
        Ok(key)
    }

    async fn update_ttl(&self, key: &SessionKey, ttl: &time::Duration) -> Result<(), anyhow::Error> {
        let mut conn = self.db.connection().await?;
        db::diesel::update(sessions::table.find(hash(key).as_slice()))
            .set(sessions::expires_at.eq(end(ttl)))
            .execute(&mut conn)
            .await?;
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let hash = hash(key);
        self.recent.invalidate(&hash);
        let mut conn = self.db.connection().await?;
        db::diesel::delete(sessions::table.find(hash.as_slice()))
            .execute(&mut conn)
            .await?;
        Ok(())
    }
}
