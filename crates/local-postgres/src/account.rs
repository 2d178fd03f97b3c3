//! The operating system user that runs the cluster. `postgres` refuses to run as root,
//! so root hands it to an unprivileged user; everybody else runs it as themselves.

use std::ffi::OsStr;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Uid, User};

use crate::{Error, command};

#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// Set only when we are root and drop to another user.
    drop_to: Option<User>,
}

impl Account {
    /// For root: whoever owns the data folder already, else `postgres` where the distribution
    /// made it, else a system user of our own, else `nobody`.
    pub(crate) fn choose(data: &Path) -> Result<Self, Error> {
        if !Uid::effective().is_root() {
            return Ok(Self { drop_to: None });
        }
        if let Some(owner) = owner(data).filter(|uid| !uid.is_root()) {
            let user = User::from_uid(owner).map_err(lookup_failed(&owner.to_string()))?;
            return Ok(Self { drop_to: user });
        }
        for name in ["postgres", "echosensei"] {
            if let Some(user) = lookup(name)? {
                return Ok(Self { drop_to: Some(user) });
            }
        }
        command::succeeds(Command::new("useradd").args(["--system", "--no-create-home", "echosensei"]));
        for name in ["echosensei", "nobody"] {
            if let Some(user) = lookup(name)? {
                return Ok(Self { drop_to: Some(user) });
            }
        }
        Err(Error::Install("no unprivileged user to run PostgreSQL as".into()))
    }

    pub(crate) fn drops_privileges(&self) -> bool {
        self.drop_to.is_some()
    }

    pub(crate) fn name(&self) -> &str {
        self.drop_to
            .as_ref()
            .map_or("the current user", |user| user.name.as_str())
    }

    pub(crate) fn uid(&self) -> u32 {
        self.drop_to
            .as_ref()
            .map_or_else(|| Uid::effective().as_raw(), |user| user.uid.as_raw())
    }

    /// A command that runs as this user. The working folder is `/`, because the caller's
    /// own may be closed to it, and PostgreSQL's tools complain then.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir("/")
            .env_remove("PGDATA")
            .env_remove("PGHOST")
            .env_remove("PGPORT");
        if let Some(user) = &self.drop_to {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }

    /// Gives a path to this user; nothing to do when the cluster runs as ourselves.
    pub(crate) fn own(&self, path: &Path) -> Result<(), Error> {
        let Some(user) = &self.drop_to else { return Ok(()) };
        chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).map_err(Error::io(format!(
            "giving {} to {}",
            path.display(),
            user.name
        )))
    }

    /// Whether this user can write in a folder, asked of the kernel as that user: every
    /// folder above it counts.
    pub(crate) fn can_write(&self, dir: &Path) -> bool {
        command::succeeds(self.command("test").arg("-w").arg(dir))
            && command::succeeds(self.command("test").arg("-x").arg(dir))
    }
}

fn owner(path: &Path) -> Option<Uid> {
    path.metadata().ok().map(|metadata| Uid::from_raw(metadata.uid()))
}

fn lookup(name: &str) -> Result<Option<User>, Error> {
    User::from_name(name).map_err(lookup_failed(name))
}

fn lookup_failed(name: &str) -> impl FnOnce(nix::errno::Errno) -> Error {
    let what = format!("looking up user {name}");
    move |errno| Error::Io {
        what,
        source: errno.into(),
    }
}
