//! What can go wrong between us and the database.

/// Errors of this crate; a query's own error passes through as [`Error::Query`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database can not be reached: {0}")]
    Unreachable(String),
    #[error("query failed: {0}")]
    Query(#[from] diesel::result::Error),
    #[error("migration failed: {0}")]
    Migration(String),
    #[error(
        "{pending} migrations are missing, and the role {role} may not run them. Set MIGRATIONS_DATABASE_URL to a role that owns \
         the tables (such as postgresql://echosensei_owner:…@host/echosensei) and start again"
    )]
    NotOwner { role: String, pending: usize },
    #[error("DATABASE_URL is not usable: {0}")]
    Url(String),
    #[error(
        "role {role} is a superuser or may bypass row-level security; tenants would not be isolated. Use a role with NOSUPERUSER NOBYPASSRLS"
    )]
    UnsafeRole { role: String },
}
