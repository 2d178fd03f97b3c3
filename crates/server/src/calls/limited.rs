//! `LIMIT` as a figure in the text of a query.

use db::Kept;
use db::diesel::QueryResult;
use db::diesel::pg::Pg;
use db::diesel::query_builder::{AstPass, Query, QueryFragment};

/// Diesel binds a limit as a parameter. PostgreSQL then can not know that few rows are wanted when it weighs whether to keep a
/// plan, and plans anew each time, which over many months costs several times what the query itself does. There are few
/// different limits, so each may have a statement of its own.
pub struct Limited<Q> {
    query: Q,
    at_most: i64,
}

impl<Q> Limited<Q> {
    /// At most `at_most` rows of `query`, which has no limit yet. Kept: conditions that diesel has no words for are constants here.
    pub fn new(query: Q, at_most: i64) -> Kept<Self> {
        Kept(Self { query, at_most })
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.at_most.to_string());
        Ok(())
    }
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}
