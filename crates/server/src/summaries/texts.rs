//! Titles and summaries of ours, for pages that show the provider's where there is none.

use chrono::{DateTime, Utc};
use db::Conn;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(Debug, QueryableByName)]
pub struct Texts {
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    pub title: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub summary: Option<String>,
}

/// Of calls by id and start, those that have any.
///
/// # Errors
/// The database's own.
pub async fn of(
    conn: &mut Conn,
    calls: impl Iterator<Item = (Uuid, DateTime<Utc>)>,
) -> QueryResult<HashMap<Uuid, Texts>> {
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) = calls.unzip();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Texts> = diesel::sql_query(
        "SELECT s.call_id, s.title, s.summary FROM unnest($1, $2) AS k (id, started_at)
         JOIN call_summaries s ON s.organization_id = current_organization() AND s.started_at = k.started_at AND s.call_id = k.id
         WHERE s.made_at IS NOT NULL",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Timestamptz>, _>(starts)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.call_id, row)).collect())
}
