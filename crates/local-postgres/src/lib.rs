//! A PostgreSQL that needs no configuration.
//!
//! [`LocalPostgres::start`] finds (or installs) the PostgreSQL binaries, makes a
//! data folder once, starts the cluster on a Unix socket only, and makes the
//! database `echosensei` with two roles: `echosensei_owner`, as whom migrations
//! run, and `echosensei_app`, as whom the server works (neither SUPERUSER nor
//! BYPASSRLS). [`testing`] is the shared throw-away cluster for tests.
//!
//! | file | what it does |
//! |---|---|
//! | `binaries` | finds `postgres`, `initdb`, `pg_ctl`, `psql` |
//! | `install` | gets them where they are missing |
//! | `account` | the operating system user that runs the cluster |
//! | `place` | the data folder, the socket folder, and who may reach them |
//! | `cluster` | initdb, start, adopt, recover, stop |
//! | `remains` | tells a living postmaster from what a killed one left |
//! | `psql` | SQL through the `psql` binary, and connection URLs |
//! | `roles` | database and roles of the product |
//! | `testing` | one shared cluster for all tests, a database per test |
//!
//! # Who stops it
//! Every user of the cluster holds a shared file lock, which the kernel drops when
//! the process ends in any way. [`Running::stop`] (or dropping [`Running`]) shuts the
//! cluster down only if nobody else holds that lock. A cluster whose starter was killed
//! keeps running and is adopted by the next start.

mod account;
mod binaries;
mod cache;
mod cluster;
mod command;
mod error;
mod install;
mod local;
mod locks;
mod place;
mod psql;
mod remains;
mod roles;
mod settings;
pub mod testing;

pub use binaries::Binaries;
pub use cache::cache_dir;
pub use error::Error;
pub use install::find_or_install;
pub use local::{LocalPostgres, Options, Running};
pub use roles::{APP_ROLE, DATABASE, OWNER_ROLE};
