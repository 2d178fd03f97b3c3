//! How far a connection's list was compared with what is here.

use crate::app::App;
use crate::calls::store::StoreError;
use crate::connections::ConnectionHandle;
use chrono::{DateTime, Utc};
use db::schema::connection_checks::{self, dsl};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::ConnectionId;
use shared::live::LiveEvent;

/// A row of `connection_checks`.
#[derive(Clone, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = connection_checks, check_for_backend(diesel::pg::Pg))]
pub struct Check {
    pub listed: i64,
    pub checked_at: Option<DateTime<Utc>>,
    pub walk_began_at: Option<DateTime<Utc>>,
    pub walk_cursor: Option<String>,
    pub walked_at: Option<DateTime<Utc>>,
    pub walk_tried_at: Option<DateTime<Utc>>,
    pub walk_trouble: Option<String>,
    pub trouble: Option<String>,
    pub webhook: String,
    pub webhook_checked_at: Option<DateTime<Utc>>,
    pub webhook_failed_at: Option<DateTime<Utc>>,
    pub webhook_error_code: Option<i32>,
    pub webhook_told: Option<String>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The row of a connection; an empty one where it was never compared.
///
/// # Errors
/// The database's own.
pub async fn find(conn: &mut db::Conn, connection: ConnectionId) -> Result<Check, diesel::result::Error> {
    let found = dsl::connection_checks
        .find(connection.0)
        .select(Check::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// As [`find`], for a job.
///
/// # Errors
/// The database's own.
pub async fn load(app: &App, connection: &ConnectionHandle) -> Result<Check, StoreError> {
    let id = connection.id;
    app.db
        .tenant::<_, StoreError, _>(connection.organization, async move |conn| {
            Ok(find(conn, id).await?)
        })
        .await
}

/// Makes the row where there is none, in the connection's tenant transaction.
///
/// # Errors
/// The database's own.
pub async fn make(conn: &mut db::Conn, connection: &ConnectionHandle) -> Result<(), diesel::result::Error> {
    diesel::insert_into(dsl::connection_checks)
        .values((
            dsl::connection_id.eq(connection.id.0),
            dsl::organization_id.eq(connection.organization.0),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await
        .map(drop)
}

/// A look at the newest conversations came to its end: what began before `began_at` is compared.
///
/// # Errors
/// The database's own.
pub async fn ended(
    app: &App,
    connection: &ConnectionHandle,
    began_at: DateTime<Utc>,
    counts_anew: bool,
) -> Result<(), StoreError> {
    let connection = connection.clone();
    app.db
        .tenant::<_, StoreError, _>(connection.organization, async move |conn| {
            make(conn, &connection).await?;
            let row = dsl::connection_checks.find(connection.id.0);
            diesel::update(row)
                .set((dsl::checked_at.eq(began_at), dsl::trouble.eq(None::<String>)))
                .execute(conn)
                .await?;
            if counts_anew {
                let count: Count = diesel::sql_query("SELECT count_listed($1) AS count")
                    .bind::<SqlUuid, _>(connection.id.0)
                    .get_result(conn)
                    .await?;
                diesel::update(row)
                    .set(dsl::listed.eq(count.count))
                    .execute(conn)
                    .await?;
            }
            Ok(())
        })
        .await
}

/// What was not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The look at the newest conversations.
    Look,
    /// The walk through the whole list.
    Walk,
}

/// Why it could not be ended. Whoever watches the connections is told when that changes.
///
/// # Errors
/// The database's own.
pub async fn failed(
    app: &App,
    connection: &ConnectionHandle,
    reach: Reach,
    why: &str,
) -> Result<(), StoreError> {
    let (connection, why) = (connection.clone(), why.to_owned());
    app.db
        .tenant::<_, StoreError, _>(connection.organization, async move |conn| {
            make(conn, &connection).await?;
            let row = dsl::connection_checks.find(connection.id.0);
            let changed = match reach {
                Reach::Look => {
                    let news = row.filter(dsl::trouble.is_distinct_from(&why));
                    diesel::update(news)
                        .set(dsl::trouble.eq(&why))
                        .execute(conn)
                        .await?
                }
                Reach::Walk => {
                    let news = row.filter(dsl::walk_trouble.is_distinct_from(&why));
                    diesel::update(news)
                        .set(dsl::walk_trouble.eq(&why))
                        .execute(conn)
                        .await?
                }
            };
            if changed > 0 {
                db::live::publish(conn, &LiveEvent::ConnectionsChanged).await?;
            }
            Ok(())
        })
        .await
}

/// A walk through the whole list that began then came to its end, in the connection's tenant transaction.
///
/// # Errors
/// The database's own.
pub async fn walked(
    conn: &mut db::Conn,
    connection: &ConnectionHandle,
    began_at: DateTime<Utc>,
) -> Result<(), diesel::result::Error> {
    make(conn, connection).await?;
    let listed: Count = diesel::sql_query("SELECT end_walk($1, $2) AS count")
        .bind::<SqlUuid, _>(connection.id.0)
        .bind::<Timestamptz, _>(began_at)
        .get_result(conn)
        .await?;
    let row = dsl::connection_checks.find(connection.id.0);
    diesel::update(row)
        .set((
            dsl::listed.eq(listed.count),
            dsl::walked_at.eq(began_at),
            dsl::walk_began_at.eq(None::<DateTime<Utc>>),
            dsl::walk_cursor.eq(None::<String>),
            dsl::walk_trouble.eq(None::<String>),
        ))
        .execute(conn)
        .await?;
    // What began before the walk is compared too, unless a later look said so already.
    diesel::update(row)
        .filter(dsl::checked_at.is_null().or(dsl::checked_at.lt(began_at)))
        .set(dsl::checked_at.eq(began_at))
        .execute(conn)
        .await
        .map(drop)
}
