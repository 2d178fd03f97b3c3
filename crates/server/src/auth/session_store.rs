//! Sessions in PostgreSQL. The cookie holds a random key, the table only its SHA-256: who reads the table, or a
//! backup of it, can not sign in.

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore as Store, UpdateError};
use actix_web::cookie::time;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use db::Db;
use db::diesel::sql_types::{Array, Bytea, Timestamptz};
use db::diesel::{ExpressionMethods, OptionalExtension, QueryDsl, dsl};
use db::diesel_async::RunQueryDsl;
use db::schema::sessions;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

type State = HashMap<String, String>;
/// What the table knows of a session's key.
pub type KeyHash = [u8; 32];

/// Cloned freely; the clones share what they remember.
#[derive(Clone)]
pub struct SessionStore {
    db: Db,
    /// A session that is ended on another server is forgotten as soon as the database says so (`access` channel); the few seconds
    /// are for a server whose listening connection is down.
    recent: Cache<KeyHash, State>,
    /// Sessions that were used since this was last written down.
    seen: Arc<Mutex<HashMap<KeyHash, DateTime<Utc>>>>,
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
            seen: Arc::default(),
        }
    }

    /// A session was ended somewhere.
    pub fn forget(&self, key: &KeyHash) {
        self.recent.invalidate(key);
    }

    /// Sessions may have been ended somewhere: what this server remembers of them is worth nothing.
    pub fn forget_all(&self) {
        self.recent.invalidate_all();
    }

    /// Writes down which sessions were used since the last time, all in one statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn flush(&self) -> Result<(), db::Error> {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        if seen.is_empty() {
            return Ok(());
        }
        let (keys, moments): (Vec<Vec<u8>>, Vec<_>) =
            seen.into_iter().map(|(key, at)| (key.to_vec(), at)).unzip();
        let mut conn = self.db.connection().await?;
        db::diesel::sql_query(
            "UPDATE sessions s SET last_seen_at = u.at FROM unnest($1, $2) AS u (key_hash, at)
             WHERE s.key_hash = u.key_hash AND s.last_seen_at < u.at",
        )
        .bind::<Array<Bytea>, _>(keys)
        .bind::<Array<Timestamptz>, _>(moments)
        .execute(&mut conn)
        .await?;
        Ok(())
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

/// What the table knows of a key.
pub(crate) fn hash(key: &SessionKey) -> KeyHash {
    Sha256::digest(key.as_ref().as_bytes()).into()
}

/// What stands in columns of its own beside the state.
struct Columns {
    state: serde_json::Value,
    /// Also of who still owes his second factor: with his sessions that ends too.
    user: Option<uuid::Uuid>,
    id: Option<uuid::Uuid>,
    ip: Option<String>,
    user_agent: Option<String>,
}

fn columns(state: &State) -> Result<Columns, serde_json::Error> {
    use super::session::{ID, IP, PENDING_USER, USER, USER_AGENT};
    let user = state.get(USER).or_else(|| state.get(PENDING_USER));
    let text = |key| {
        let json = state.get(key).map(|json| serde_json::from_str(json));
        Ok::<Option<String>, serde_json::Error>(json.transpose()?.flatten())
    };
    Ok(Columns {
        state: serde_json::to_value(state)?,
        user: user.map(|json| serde_json::from_str(json)).transpose()?,
        id: state.get(ID).map(|json| serde_json::from_str(json)).transpose()?,
        ip: text(IP)?,
        user_agent: text(USER_AGENT)?,
    })
}

fn end(ttl: &time::Duration) -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now() + chrono::Duration::seconds(ttl.whole_seconds())
}

impl Store for SessionStore {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let hash = hash(key);
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(hash, Utc::now());
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
        let columns = columns(&state).map_err(|e| SaveError::Serialization(e.into()))?;
        let mut conn = self
            .db
            .connection()
            .await
            .map_err(|e| SaveError::Other(e.into()))?;
        db::diesel::insert_into(sessions::table)
            .values((
                sessions::key_hash.eq(hash.as_slice()),
                sessions::id.eq(columns.id.unwrap_or_else(uuid::Uuid::now_v7)),
                sessions::user_id.eq(columns.user),
                sessions::state.eq(columns.state),
                sessions::ip.eq(columns.ip),
                sessions::user_agent.eq(columns.user_agent),
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
        let columns = columns(&state).map_err(|e| UpdateError::Serialization(e.into()))?;
        let mut conn = self
            .db
            .connection()
            .await
            .map_err(|e| UpdateError::Other(e.into()))?;
        let updated = db::diesel::update(sessions::table.find(hash.as_slice()))
            .set((
                sessions::state.eq(columns.state),
                sessions::user_id.eq(columns.user),
                columns.id.map(|id| sessions::id.eq(id)),
                sessions::ip.eq(columns.ip),
                sessions::user_agent.eq(columns.user_agent),
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
