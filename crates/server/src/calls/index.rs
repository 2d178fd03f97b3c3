//! Makes calls found: the row of `call_search` (see its migration) follows what is stored.

use crate::app::App;
use chrono::{DateTime, Utc};
use db::Conn;
use db::diesel::prelude::*;
use db::diesel::sql_types::{Array, Integer, Timestamptz, Uuid as SqlUuid};
use db::diesel_async::RunQueryDsl;
use uuid::Uuid;

/// Terms that one round of the housekeeping looks at: each is a look into the index.
const AT_ONCE: i32 = 300;

/// Makes calls of the transaction's organization, named by id and start, found as they are now. Whoever changes title, summary,
/// turns or anything that the log is filtered by calls this in the same transaction.
///
/// # Errors
/// The database's own.
pub async fn index(
    conn: &mut Conn,
    calls: impl IntoIterator<Item = (Uuid, DateTime<Utc>)>,
) -> QueryResult<()> {
    let (ids, starts): (Vec<Uuid>, Vec<DateTime<Utc>>) = calls.into_iter().unzip();
    if ids.is_empty() {
        return Ok(());
    }
    diesel::sql_query("SELECT index_calls($1, $2)")
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Timestamptz>, _>(starts)
        .execute(conn)
        .await?;
    Ok(())
}

/// Words that only removed calls had are forgotten too.
///
/// # Errors
/// The database's own.
pub async fn forget_terms(app: &App) -> Result<(), db::Error> {
    let mut conn = app.db.connection().await?;
    diesel::sql_query("SELECT forget_terms($1)")
        .bind::<Integer, _>(AT_ONCE)
        .execute(&mut conn)
        .await?;
    Ok(())
}
