//! Keys as the page shows them.

use super::MARK;
use crate::error::{ApiError, ApiResult};
use chrono::{DateTime, Utc};
use db::Conn;
use db::diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use db::diesel::{self, QueryableByName};
use db::diesel_async::RunQueryDsl;
use shared::api_key::ApiKey;
use shared::auth::User;
use shared::{ApiKeyId, Email, Permission};
use uuid::Uuid;

/// Revoked ones are shown for a while: somebody may wonder why his program stopped.
const SQL: &str = "
SELECT k.id, k.name, k.prefix, k.permissions, k.networks, k.created_at, k.expires_at, k.revoked_at, k.last_used_at, k.last_used_ip,
       u.id AS user_id, u.name AS user_name, u.email
FROM api_keys k JOIN users u ON u.id = k.created_by
WHERE ($1::uuid IS NULL OR k.id = $1) AND (k.revoked_at IS NULL OR k.revoked_at > now() - interval '30 days')
ORDER BY k.created_at DESC, k.id DESC LIMIT 500";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    prefix: String,
    #[diesel(sql_type = Array<Text>)]
    permissions: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    networks: Vec<String>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expires_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    revoked_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_used_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    last_used_ip: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Text)]
    user_name: String,
    #[diesel(sql_type = Text)]
    email: String,
}

/// The organization's keys, newest first, 500 at most; with `only`, that one.
///
/// # Errors
/// The database's.
pub async fn load(conn: &mut Conn, only: Option<ApiKeyId>) -> ApiResult<Vec<ApiKey>> {
    let rows: Vec<Row> = diesel::sql_query(SQL)
        .bind::<Nullable<SqlUuid>, _>(only.map(|id| id.0))
        .load(conn)
        .await?;
    rows.into_iter().map(Row::key).collect()
}

/// One of them.
///
/// # Errors
/// `NotFound` for any other, or the database's.
pub async fn one(conn: &mut Conn, id: ApiKeyId) -> ApiResult<ApiKey> {
    load(conn, Some(id)).await?.pop().ok_or_else(ApiError::not_found)
}

impl Row {
    fn key(self) -> ApiResult<ApiKey> {
        let codes = self.permissions.iter();
        Ok(ApiKey {
            id: ApiKeyId(self.id),
            name: self.name,
            prefix: format!("{MARK}{}", self.prefix),
            permissions: codes.filter_map(|code| Permission::from_code(code)).collect(),
            networks: self.networks,
            created_at: self.created_at,
            created_by: User {
                id: self.user_id.into(),
                email: Email::parse(&self.email).map_err(ApiError::internal)?,
                name: self.user_name,
            },
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            last_used_at: self.last_used_at,
            last_used_ip: self.last_used_ip,
        })
    }
}
