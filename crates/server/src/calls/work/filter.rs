//! The log's filters by what people made of calls.

use crate::calls::rows::CallRow;
use db::Conn;
use db::schema::calls;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, SmallInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::work::{AssigneeFilter, WorkFilter};
use std::collections::HashSet;
use uuid::Uuid;

/// The part of a condition that finds the call's own row.
const OWN: &str = "EXISTS (SELECT FROM call_work w WHERE w.organization_id = calls.organization_id \
                   AND w.started_at = calls.started_at AND w.call_id = calls.id AND ";

/// Read by the transaction's user: by a row of his, or because his mark lies after its start.
const IS_READ: &str = "coalesce((SELECT r.is_read FROM call_reads r WHERE r.organization_id = calls.organization_id \
                       AND r.started_at = calls.started_at AND r.call_id = calls.id AND r.user_id = current_user_id()), \
                       calls.started_at < (SELECT m.read_before FROM call_read_marks m \
                       WHERE m.organization_id = current_organization() AND m.user_id = current_user_id()), false)";

/// Adds the filter's conditions to a query of `calls`.
pub fn narrow<'a, ST>(
    mut rows: calls::BoxedQuery<'a, Pg, ST>,
    filter: &WorkFilter,
) -> calls::BoxedQuery<'a, Pg, ST> {
    if let Some(tag) = filter.tag {
        rows = rows.filter(
            sql::<Bool>(
                "EXISTS (SELECT FROM call_tags t WHERE t.organization_id = calls.organization_id \
                 AND t.started_at = calls.started_at AND t.call_id = calls.id AND t.tag_id = ",
            )
            .bind::<SqlUuid, _>(tag.0)
            .sql(")"),
        );
    }
    match filter.assignee {
        None => {}
        Some(AssigneeFilter::Me) => {
            rows = rows.filter(sql::<Bool>(&format!("{OWN} w.assignee_id = current_user_id())")));
        }
        Some(AssigneeFilter::Nobody) => {
            rows = rows.filter(sql::<Bool>(&format!("NOT {OWN} w.assignee_id IS NOT NULL)")));
        }
        Some(AssigneeFilter::Member(user)) => {
            let own = sql::<Bool>(&format!("{OWN} w.assignee_id = "));
            rows = rows.filter(own.bind::<SqlUuid, _>(user.0).sql(")"));
        }
    }
    if let Some(disposition) = filter.disposition {
        let own = sql::<Bool>(&format!("{OWN} w.disposition_id = "));
        rows = rows.filter(own.bind::<SqlUuid, _>(disposition.0).sql(")"));
    }
    if let Some(rating) = filter.rating {
        let own = sql::<Bool>(&format!("{OWN} w.rating = "));
        rows = rows.filter(own.bind::<SmallInt, _>(rating).sql(")"));
    }
    match filter.unread {
        None => {}
        Some(true) => rows = rows.filter(sql::<Bool>(&format!("NOT {IS_READ}"))),
        Some(false) => rows = rows.filter(sql::<Bool>(IS_READ)),
    }
    rows
}

/// Leaves those of `rows`, found by their words, that the filter wants too.
///
/// # Errors
/// The database's own.
pub async fn retain(conn: &mut Conn, rows: Vec<CallRow>, filter: &WorkFilter) -> QueryResult<Vec<CallRow>> {
    let [newest, .., oldest] = rows.as_slice() else {
        let [only] = rows.as_slice() else {
            return Ok(rows);
        };
        let kept = wanted(conn, filter, &[only.id], (only.started_at, only.started_at)).await?;
        return Ok(rows.into_iter().filter(|row| kept.contains(&row.id)).collect());
    };
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let kept = wanted(conn, filter, &ids, (oldest.started_at, newest.started_at)).await?;
    Ok(rows.into_iter().filter(|row| kept.contains(&row.id)).collect())
}

async fn wanted(
    conn: &mut Conn,
    filter: &WorkFilter,
    ids: &[Uuid],
    (oldest, newest): (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>),
) -> QueryResult<HashSet<Uuid>> {
    let among = calls::table
        .select(calls::id)
        .filter(calls::started_at.between(oldest, newest))
        .filter(calls::id.eq_any(ids.to_vec()))
        .into_boxed();
    let ids: Vec<Uuid> = narrow(among, filter).load(conn).await?;
    Ok(ids.into_iter().collect())
}
