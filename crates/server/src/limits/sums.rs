//! Adding what changed in the sums over calls to the sums themselves.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer};
use diesel_async::RunQueryDsl;

/// Changes a transaction.
const AT_ONCE: i32 = 5_000;
/// Transactions a minute; figures are exact whatever is left over, only a little dearer to read.
const PARTS: usize = 50;

#[derive(QueryableByName)]
struct Folded {
    #[diesel(sql_type = BigInt)]
    folded: i64,
}

/// Any number of workers may do it at once: one does, the others find nothing to do.
///
/// # Errors
/// The database's.
pub async fn fold(conn: &mut db::Conn) -> diesel::QueryResult<()> {
    for _ in 0..PARTS {
        let part: Folded = diesel::sql_query("SELECT fold_call_sums($1) AS folded")
            .bind::<Integer, _>(AT_ONCE)
            .get_result(conn)
            .await?;
        if part.folded < i64::from(AT_ONCE) {
            break;
        }
    }
    Ok(())
}
