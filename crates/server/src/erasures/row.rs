//! Orders as the API shows them.

use crate::error::{ApiError, ApiResult};
use chrono::{DateTime, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use shared::ErasureId;
use shared::erasure::{Erasure, SubjectKind};
use shared::work::Assignee;
use uuid::Uuid;

const ROWS: &str = "
SELECT e.id, e.number, e.kind, u.id AS user_id, u.name AS user_name, e.requested_at, e.finished_at, e.trouble, e.counts, e.certificate,
       c.total, c.done
FROM erasures e
LEFT JOIN users u ON u.id = e.requested_by
CROSS JOIN LATERAL (SELECT count(*) AS total, count(x.done_at) AS done FROM erasure_calls x
                    WHERE x.organization_id = e.organization_id AND x.erasure_id = e.id) c
WHERE ($1 IS NULL OR e.id = $1) AND ($2 IS NULL OR e.number < $2)
ORDER BY e.number DESC LIMIT $3";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    user_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    user_name: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    requested_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    finished_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    trouble: Option<String>,
    #[diesel(sql_type = Jsonb)]
    counts: Value,
    #[diesel(sql_type = Nullable<Jsonb>)]
    certificate: Option<Value>,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    done: i64,
}

impl Row {
    fn erasure(self) -> Erasure {
        Erasure {
            id: self.id.into(),
            number: self.number,
            kind: SubjectKind::parse(&self.kind).unwrap_or(SubjectKind::Call),
            requested_by: self
                .user_id
                .zip(self.user_name)
                .map(|(id, name)| Assignee { id: id.into(), name }),
            requested_at: self.requested_at,
            finished_at: self.finished_at,
            calls_total: self.total,
            calls_done: self.done,
            trouble: self.trouble,
            counts: serde_json::from_value(self.counts).unwrap_or_default(),
            certificate: self
                .certificate
                .and_then(|json| serde_json::from_value(json).ok()),
        }
    }
}

/// Orders by number, newest first.
///
/// # Errors
/// The database's own.
pub async fn load(
    conn: &mut Conn,
    only: Option<ErasureId>,
    before: Option<i64>,
    at_most: i32,
) -> QueryResult<Vec<Erasure>> {
    let rows: Vec<Row> = diesel::sql_query(ROWS)
        .bind::<Nullable<SqlUuid>, _>(only.map(|id| id.0))
        .bind::<Nullable<BigInt>, _>(before)
        .bind::<Integer, _>(at_most)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Row::erasure).collect())
}

/// One order.
///
/// # Errors
/// 404.
pub async fn one(conn: &mut Conn, id: ErasureId) -> ApiResult<Erasure> {
    load(conn, Some(id), None, 1)
        .await?
        .pop()
        .ok_or_else(ApiError::not_found)
}
