//! The pool.

use crate::{Error, connect};
use deadpool::managed::QueueMode;
use diesel::{OptionalExtension, QueryableByName, sql_types};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures::FutureExt;
use std::time::Duration;

/// Where the database is and how many connections one process may hold.
#[derive(Clone)]
pub struct DbConfig {
    pub url: String,
    pub tls: bool,
    pub max_connections: usize,
}

/// The pool; cloned freely.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    config: DbConfig,
    pub(crate) partitions: crate::partitions::Known,
}

#[derive(QueryableByName)]
struct Role {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Bool)]
    unsafe_role: bool,
}

impl Db {
    /// Makes the pool; connections are opened when they are first needed.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the pool can not be built.
    pub fn new(config: DbConfig) -> Result<Self, Error> {
        let tls = config.tls;
        let mut manager = ManagerConfig::default();
        manager.custom_setup = Box::new(move |url| connect::establish(url.to_owned(), tls, true).boxed());
        // A connection that is lost says so itself; asking each time would cost every request a round trip.
        manager.recycling_method = RecyclingMethod::Fast;
        let manager =
            AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(&config.url, manager);
        let pool = Pool::builder(manager)
            .max_size(config.max_connections)
            .wait_timeout(Some(Duration::from_secs(10)))
            .create_timeout(Some(Duration::from_secs(10)))
            // The one that was used last: PostgreSQL's process still has plans and catalogue in the processor's cache.
            .queue_mode(QueueMode::Lifo)
            .runtime(deadpool_runtime())
            .build()
            .map_err(|e| Error::Unreachable(e.to_string()))?;
        Ok(Self {
            pool,
            config,
            partitions: crate::partitions::Known::new(4096),
        })
    }

    /// A connection in which no tenant is set: tenant tables look empty.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when none is free or none can be opened within ten seconds.
    pub async fn connection(&self) -> Result<Object<AsyncPgConnection>, Error> {
        self.pool
            .get()
            .await
            .map_err(|e| Error::Unreachable(e.to_string()))
    }

    /// The pool itself, for the job runner.
    pub fn pool(&self) -> &Pool<AsyncPgConnection> {
        &self.pool
    }

    /// For `LISTEN`: a connection outside of the pool.
    ///
    /// # Errors
    /// As [`connect::raw`].
    pub async fn listener(&self) -> Result<connect::Raw, Error> {
        connect::raw(&self.config.url, self.config.tls).await
    }

    pub fn config(&self) -> &DbConfig {
        &self.config
    }

    /// Refuses a role for which row-level security would not hold: that in which the server works, and that as which it
    /// signed in, since a session can always go back to the latter.
    ///
    /// # Errors
    /// [`Error::UnsafeRole`], or [`Error::Unreachable`] / [`Error::Query`].
    pub async fn check_role(&self) -> Result<(), Error> {
        let mut conn = self.connection().await?;
        let role = diesel::sql_query(
            "SELECT rolname::text AS name, rolsuper OR rolbypassrls AS unsafe_role FROM pg_roles \
             WHERE rolname IN (current_user, session_user) ORDER BY unsafe_role DESC LIMIT 1",
        )
        .get_result::<Role>(&mut conn)
        .await
        .optional()?;
        match role {
            Some(role) if role.unsafe_role => Err(Error::UnsafeRole { role: role.name }),
            _ => Ok(()),
        }
    }
}

fn deadpool_runtime() -> deadpool::Runtime {
    deadpool::Runtime::Tokio1
}
