//! Telling a database that is away from a query that is wrong: the first heals by itself, so the browser is told to come
//! back; the second is ours to mend.

use db::diesel::result::{DatabaseErrorKind, Error as QueryError};
use std::time::Duration;

/// When to try again. A failover or a restart of PostgreSQL takes a few seconds.
pub const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What PostgreSQL says while it goes down or comes up. diesel keeps the words of such an error and not its code
/// (57P01, 57P02, 57P03, 53300).
const GOING_OR_COMING: [&str; 8] = [
    "terminating connection",
    "the database system is starting up",
    "the database system is shutting down",
    "the database system is in recovery mode",
    "the database system is not yet accepting connections",
    "the database system is not accepting connections",
    "sorry, too many clients already",
    "remaining connection slots are reserved",
];

/// Whether the database, and not the query, is the trouble.
pub fn is_outage(error: &db::Error) -> bool {
    match error {
        db::Error::Unreachable(_) => true,
        db::Error::Query(error) => is_lost(error),
        _ => false,
    }
}

fn is_lost(error: &QueryError) -> bool {
    match error {
        QueryError::DatabaseError(
            DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection,
            _,
        ) => true,
        QueryError::DatabaseError(DatabaseErrorKind::Unknown, told) => GOING_OR_COMING
            .iter()
            .any(|words| told.message().starts_with(words)),
        // The connection went between BEGIN and COMMIT; what was asked for did not happen.
        QueryError::BrokenTransactionManager => true,
        QueryError::RollbackErrorOnCommit {
            commit_error,
            rollback_error,
        } => is_lost(commit_error) || is_lost(rollback_error),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: DatabaseErrorKind, words: &str) -> db::Error {
        db::Error::Query(QueryError::DatabaseError(kind, Box::new(words.to_owned())))
    }

    #[test]
    fn a_database_that_is_away_is_told_from_a_wrong_query() {
        use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand, UniqueViolation, Unknown};
        for away in [
            db::Error::Unreachable("timed out".to_owned()),
            db::Error::Query(QueryError::BrokenTransactionManager),
            told(UnableToSendCommand, "connection closed"),
            told(ClosedConnection, ""),
            told(Unknown, "terminating connection due to administrator command"),
            told(Unknown, "the database system is starting up"),
        ] {
            assert!(is_outage(&away), "{away}");
        }
        for ours in [
            told(Unknown, "column \"terminating connection\" does not exist"),
            told(UniqueViolation, "duplicate key value"),
            db::Error::Query(QueryError::NotFound),
            db::Error::Migration("terminating connection".to_owned()),
        ] {
            assert!(!is_outage(&ours), "{ours}");
        }
    }
}
