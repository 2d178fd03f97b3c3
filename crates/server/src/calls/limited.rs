//! `LIMIT` as a figure in the text of a query.

use db::diesel::QueryResult;
use db::diesel::pg::Pg;
use db::diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// Diesel binds a limit as a parameter. PostgreSQL then can not know that few rows are wanted when it weighs whether to keep a
/// plan, and plans anew each time, which over many months costs several times what the query itself does. There are few
/// different limits, so each may have a statement of its own.
pub struct Limited<Q> {
    query: Q,
    at_most: i64,
}

impl<Q> Limited<Q> {
    /// At most `at_most` rows of `query`, which has no limit yet.
    pub fn new(query: Q, at_most: i64) -> Self {
        Self { query, at_most }
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.at_most.to_string());
        Ok(())
    }

    /// Also a raw query: its text is a constant here, so that it need not be prepared anew each time.
    fn is_safe_to_cache_prepared(&self, _backend: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Without a static id the statement cache's key is the SQL text.
impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}
