//! What people made of some calls, in one query.

use super::Place;
use db::Conn;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::work::{Assignee, CallWork, Disposition};
use std::collections::HashMap;
use uuid::Uuid;

/// The reader is the transaction's user.
const WORK: &str = "
SELECT k.id AS call_id, w.rating, u.id AS assignee_id, u.name AS assignee_name,
       d.id AS disposition_id, d.name AS disposition_name, d.archived AS disposition_archived,
       NOT coalesce(r.is_read, k.started_at < m.read_before, false) AS unread,
       (SELECT count(*) FROM call_notes n
        WHERE n.organization_id = current_organization() AND n.started_at = k.started_at AND n.call_id = k.id) AS notes,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'colour', t.colour) ORDER BY lower(t.name))
                 FROM call_tags c JOIN tags t ON t.organization_id = c.organization_id AND t.id = c.tag_id
                 WHERE c.organization_id = current_organization() AND c.started_at = k.started_at AND c.call_id = k.id), '[]') AS tags
FROM unnest($1, $2) AS k (id, started_at)
LEFT JOIN call_work w ON w.organization_id = current_organization() AND w.started_at = k.started_at AND w.call_id = k.id
LEFT JOIN users u ON u.id = w.assignee_id
LEFT JOIN dispositions d ON d.organization_id = w.organization_id AND d.id = w.disposition_id
LEFT JOIN call_reads r ON r.organization_id = current_organization() AND r.started_at = k.started_at AND r.call_id = k.id
                       AND r.user_id = current_user_id()
LEFT JOIN call_read_marks m ON m.organization_id = current_organization() AND m.user_id = current_user_id()";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
    #[diesel(sql_type = Nullable<SmallInt>)]
    rating: Option<i16>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    assignee_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    assignee_name: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    disposition_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    disposition_name: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    disposition_archived: Option<bool>,
    #[diesel(sql_type = Bool)]
    unread: bool,
    #[diesel(sql_type = BigInt)]
    notes: i64,
    #[diesel(sql_type = Jsonb)]
    tags: serde_json::Value,
}

/// By call. A call of which nobody made anything is there too: it may be unread.
///
/// # Errors
/// The database's own.
pub async fn of_calls(conn: &mut Conn, calls: &[Place]) -> QueryResult<HashMap<Uuid, CallWork>> {
    if calls.is_empty() {
        return Ok(HashMap::new());
    }
    let (ids, starts): (Vec<_>, Vec<_>) = calls.iter().copied().unzip();
    let rows: Vec<Row> = diesel::sql_query(WORK)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Timestamptz>, _>(starts)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.call_id, row.work())).collect())
}

impl Row {
    fn work(self) -> CallWork {
        CallWork {
            // Our own JSON; tags of an unknown colour (of a newer server) are left out together.
            tags: serde_json::from_value(self.tags).unwrap_or_default(),
            assignee: self
                .assignee_id
                .zip(self.assignee_name)
                .map(|(id, name)| Assignee { id: id.into(), name }),
            disposition: self
                .disposition_id
                .zip(self.disposition_name)
                .map(|(id, name)| Disposition {
                    id: id.into(),
                    name,
                    archived: self.disposition_archived.unwrap_or_default(),
                }),
            rating: self.rating,
            unread: self.unread,
            notes: self.notes,
        }
    }
}
