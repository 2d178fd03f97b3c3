//! The public face: start, use, stop.

use std::fs::File;
use std::path::PathBuf;

use crate::cluster::Cluster;
use crate::roles::{self, APP_ROLE, DATABASE, OWNER_ROLE};
use crate::settings::Durability;
use crate::{Error, locks, psql};

/// What a start needs to know.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the cluster lives; made when missing, usually `.echosensei/postgres`.
    pub data_dir: PathBuf,
    /// Hears of every step that takes a while, and of where the data went.
    pub announce: fn(&str),
}

impl Options {
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            announce: |_| {},
        }
    }
}

/// Entry point; see the crate's documentation.
pub struct LocalPostgres;

impl LocalPostgres {
    /// Returns once the cluster accepts connections and the database and its roles exist.
    /// Blocks: about a second when it must be started, four when it must be made first, a
    /// minute when PostgreSQL must be installed. From async code use `spawn_blocking`.
    ///
    /// # Errors
    /// When PostgreSQL is missing and cannot be installed, or does not come up; the end
    /// of its log is part of the message.
    pub fn start(options: &Options) -> Result<Running, Error> {
        let cluster = Cluster::prepare(&options.data_dir, &options.announce)?;
        let change = cluster.place.change_lock()?;
        cluster.ensure_up(Durability::Full, &options.announce)?;
        roles::ensure_roles(&cluster.binaries, &cluster.place.socket_dir)?;
        roles::ensure_database(&cluster.binaries, &cluster.place.socket_dir, DATABASE)?;
        let mark = locks::shared(&cluster.place.users_lock())?;
        drop(change);
        Ok(Running {
            cluster,
            mark: Some(mark),
        })
    }
}

/// A cluster in use. Dropping it is the same as [`Running::stop`], errors aside.
pub struct Running {
    cluster: Cluster,
    mark: Option<File>,
}

impl Running {
    /// For migrations: the role that owns the database.
    pub fn owner_url(&self) -> String {
        psql::url(&self.cluster.place.socket_dir, OWNER_ROLE, DATABASE)
    }

    /// For the server: the role that row-level security binds.
    pub fn app_url(&self) -> String {
        psql::url(&self.cluster.place.socket_dir, APP_ROLE, DATABASE)
    }

    /// Where the data really is; differs from what was asked for when the cluster's user
    /// could not reach that.
    pub fn data_dir(&self) -> PathBuf {
        self.cluster.place.data()
    }

    /// Shuts the cluster down, unless another process still uses it. Blocks, usually for less than a second.
    ///
    /// # Errors
    /// When the cluster does not go down within a minute.
    pub fn stop(mut self) -> Result<(), Error> {
        self.release()
    }

    fn release(&mut self) -> Result<(), Error> {
        let Some(mark) = self.mark.take() else {
            return Ok(());
        };
        let _change = self.cluster.place.change_lock()?;
        if locks::was_last(&mark, &self.cluster.place.users_lock())? {
            self.cluster.shut_down()?;
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.release();
    }
}
