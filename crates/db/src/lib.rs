//! PostgreSQL for EchoSensei.
//!
//! - [`schema`] tables as diesel sees them
//! - [`migrate`] embedded migrations under an advisory lock
//! - [`connect`] how a connection is made, with or without TLS
//! - [`pool`] [`Db`], the pool
//! - [`tenant`] the transaction in which a tenant's rows are visible
//! - [`partitions`] months of the partitioned tables
//! - [`kept`] raw queries that are prepared once
//! - [`live`] publishing of live events
//! - [`access`] what the code knows of permissions, for the database's own rules
//! - [`audit`] entries of the audit log
//! - [`brand`] the channel on which a change of looks and hosts is told
//!
//! There is one way to a tenant's rows: [`Db::tenant`]. Row-level security does the filtering; a query
//! outside of it sees nothing.

pub mod access;
pub mod audit;
pub mod brand;
pub mod connect;
pub mod error;
pub mod kept;
pub mod live;
pub mod migrate;
pub mod partitions;
mod pending;
pub mod pool;
#[rustfmt::skip]
pub mod schema;
pub mod tenant;

pub use diesel;
pub use diesel_async;
pub use diesel_async::AsyncPgConnection as Conn;
pub use error::Error;
pub use kept::Kept;
pub use pool::{Db, DbConfig};
pub use tenant::Scope;
