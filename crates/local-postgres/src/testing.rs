//! One throw-away cluster for all tests of all crates, and a database of its own for each.
//!
//! ```no_run
//! use echosensei_local_postgres::testing;
//! let cluster = testing::cluster();
//! // Once per version of the migrations, whichever process comes first:
//! cluster.ensure_template("tpl_3f9a", |owner_url| -> Result<(), std::io::Error> {
//!     // run the migrations as owner, then close the connection
//!     # let _ = owner_url;
//!     # Ok(())
//! }).unwrap();
//! let database = cluster.database_from("tpl_3f9a");   // 65 ms
//! let url = database.app_url();                       // dropped with `database`
//! ```
//!
//! The cluster does not sync to disk, is kept between runs, is shared by parallel test
//! processes and started by the first that needs it. Databases whose test process died are
//! dropped by a later one. `cargo xtask test` stops it at the end.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::unistd::Pid;

use crate::cluster::Cluster;
use crate::psql::{self, SUPERUSER, identifier, literal};
use crate::roles::{self, APP_ROLE, OWNER_ROLE};
use crate::settings::Durability;
use crate::{Error, cache_dir, locks, remains};

/// Every database of a test begins so; the rest is the process and a running number.
const PREFIX: &str = "test_";

static CLUSTER: OnceLock<TestCluster> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The shared cluster, started if it is not running. Blocks for a second then.
///
/// # Panics
/// When PostgreSQL cannot be had: no test that needs it can say anything then.
pub fn cluster() -> &'static TestCluster {
    CLUSTER.get_or_init(|| TestCluster::start(&home()).unwrap_or_else(|error| panic!("{error}")))
}

fn home() -> PathBuf {
    cache_dir().join("test-postgres")
}

/// Shuts the shared cluster down if it runs. For the end of a test run; tests never call it.
///
/// # Errors
/// When it does not go down within a minute.
pub fn stop() -> Result<(), Error> {
    let cluster = Cluster::prepare(&home(), &|_| {})?;
    let _change = cluster.place.change_lock()?;
    cluster.shut_down()
}

/// A running cluster in which tests make databases.
pub struct TestCluster {
    cluster: Cluster,
}

impl TestCluster {
    fn start(home: &Path) -> Result<Self, Error> {
        let cluster = Cluster::prepare(home, &|_| {})?;
        if !cluster.answers() {
            let _change = cluster.place.change_lock()?;
            cluster.ensure_up(Durability::None, &|_| {})?;
            roles::ensure_roles(&cluster.binaries, &cluster.place.socket_dir)?;
        }
        let started = Self { cluster };
        started.drop_abandoned()?;
        Ok(started)
    }

    /// As superuser; for what tests look at behind the product's back.
    pub fn admin_url(&self, database: &str) -> String {
        psql::url(&self.cluster.place.socket_dir, SUPERUSER, database)
    }

    /// As the role that owns the database and runs migrations.
    pub fn owner_url(&self, database: &str) -> String {
        psql::url(&self.cluster.place.socket_dir, OWNER_ROLE, database)
    }

    /// As the role the server works with: row-level security applies.
    pub fn app_url(&self, database: &str) -> String {
        psql::url(&self.cluster.place.socket_dir, APP_ROLE, database)
    }

    /// Runs SQL as superuser and returns the rows, one a line, columns apart by `|`.
    ///
    /// # Errors
    /// With the server's message.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, Error> {
        psql::run(
            &self.cluster.binaries,
            &self.cluster.place.socket_dir,
            database,
            sql,
        )
    }

    /// Makes the template database `name` unless it is there. `build` gets the owner's URL of an
    /// empty database, fills it and closes its connections. Name templates by a hash of what
    /// fills them. Other processes wait meanwhile; a failed build leaves no template.
    ///
    /// # Errors
    /// What `build` returns.
    ///
    /// # Panics
    /// When the cluster refuses.
    pub fn ensure_template<E>(&self, name: &str, build: impl FnOnce(&str) -> Result<(), E>) -> Result<(), E> {
        let Some((_lock, draft)) = self
            .begin_template(name)
            .unwrap_or_else(|error| panic!("{error}"))
        else {
            return Ok(());
        };
        build(&self.owner_url(&draft))?;
        self.publish_template(&draft, name)
            .unwrap_or_else(|error| panic!("{error}"));
        Ok(())
    }

    /// [`TestCluster::ensure_template`] for an async `build`.
    ///
    /// # Errors
    /// What `build` returns.
    ///
    /// # Panics
    /// When the cluster refuses.
    pub async fn ensure_template_async<E, F>(
        &self,
        name: &str,
        build: impl FnOnce(String) -> F,
    ) -> Result<(), E>
    where
        F: Future<Output = Result<(), E>>,
    {
        let Some((_lock, draft)) = self
            .begin_template(name)
            .unwrap_or_else(|error| panic!("{error}"))
        else {
            return Ok(());
        };
        build(self.owner_url(&draft)).await?;
        self.publish_template(&draft, name)
            .unwrap_or_else(|error| panic!("{error}"));
        Ok(())
    }

    /// A fresh clone of a template, dropped with the returned guard.
    ///
    /// # Panics
    /// When the template does not exist or is connected to.
    pub fn database_from(&'static self, template: &str) -> TestDatabase {
        let name = fresh_name();
        self.create_database_from_template(&name, template)
            .unwrap_or_else(|error| panic!("{error}"));
        TestDatabase { cluster: self, name }
    }

    /// An empty database, dropped with the returned guard.
    ///
    /// # Panics
    /// When the cluster refuses.
    pub fn empty_database(&'static self) -> TestDatabase {
        self.database_from("template0")
    }

    /// Clones `template` under a name of the caller's choosing, owned by the owner role.
    /// Nothing drops it but [`TestCluster::drop_database`].
    ///
    /// # Errors
    /// When the name is taken, or the template is missing or connected to.
    pub fn create_database_from_template(&self, name: &str, template: &str) -> Result<(), Error> {
        // FILE_COPY and not PostgreSQL 15's default: without syncing it is the faster one.
        let strategy = if self.cluster.binaries.major() >= 15 {
            " strategy file_copy"
        } else {
            ""
        };
        let create = format!(
            "create database {} template {} owner {}{strategy}",
            identifier(name),
            identifier(template),
            identifier(OWNER_ROLE)
        );
        self.sql("postgres", &create)?;
        roles::restrict(&self.cluster.binaries, &self.cluster.place.socket_dir, name)
    }

    /// Drops a database, connections and all. No error when it does not exist.
    ///
    /// # Errors
    /// When the cluster refuses.
    pub fn drop_database(&self, name: &str) -> Result<(), Error> {
        self.sql(
            "postgres",
            &format!("drop database if exists {} with (force)", identifier(name)),
        )
        .map(drop)
    }

    fn exists(&self, name: &str) -> Result<bool, Error> {
        let sql = format!("select 1 from pg_database where datname = {}", literal(name));
        Ok(!self.sql("postgres", &sql)?.is_empty())
    }

    /// An empty database to fill, and the lock that keeps others waiting; nothing if the
    /// template is there already.
    fn begin_template(&self, name: &str) -> Result<Option<(File, String)>, Error> {
        let lock = locks::exclusive(&self.cluster.place.root.join("template.lock"))?;
        if self.exists(name)? {
            return Ok(None);
        }
        let draft = format!("{name}_draft");
        self.drop_database(&draft)?;
        self.create_database_from_template(&draft, "template0")?;
        Ok(Some((lock, draft)))
    }

    fn publish_template(&self, draft: &str, name: &str) -> Result<(), Error> {
        let rename = format!(
            "alter database {} rename to {}",
            identifier(draft),
            identifier(name)
        );
        self.sql("postgres", &rename).map(drop)
    }

    /// Drops the databases of test processes that ended without doing it themselves.
    fn drop_abandoned(&self) -> Result<(), Error> {
        let listed = self.sql(
            "postgres",
            r"select datname from pg_database where datname like 'test\_%'",
        )?;
        for name in listed.lines().filter(|name| owner_is_gone(name)) {
            // Two processes may find the same one; the second finds it gone.
            let _ = self.drop_database(name);
        }
        Ok(())
    }
}

fn fresh_name() -> String {
    format!(
        "{PREFIX}{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

fn owner_is_gone(database: &str) -> bool {
    let pid = database
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split('_').next())
        .and_then(|pid| pid.parse().ok());
    pid.is_some_and(|pid| !remains::alive(Pid::from_raw(pid)))
}

/// A database of one test; dropped at the end of its scope, connections and all.
pub struct TestDatabase {
    cluster: &'static TestCluster,
    name: String,
}

impl TestDatabase {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// See [`TestCluster::admin_url`].
    pub fn admin_url(&self) -> String {
        self.cluster.admin_url(&self.name)
    }

    /// See [`TestCluster::owner_url`].
    pub fn owner_url(&self) -> String {
        self.cluster.owner_url(&self.name)
    }

    /// See [`TestCluster::app_url`].
    pub fn app_url(&self) -> String {
        self.cluster.app_url(&self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let _ = self.cluster.drop_database(&self.name);
    }
}
