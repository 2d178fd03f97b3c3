//! Where a cluster lives: its folder, and the short folder of its socket.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::account::Account;
use crate::{Error, locks};

/// The folders of one cluster.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Holds `data/`, `log/` and the lock files.
    pub(crate) root: PathBuf,
    /// In /tmp, because a socket path must stay under about 100 bytes. Mode 0700: it is
    /// what keeps other users out, since the socket trusts whoever reaches it.
    pub(crate) socket_dir: PathBuf,
}

impl Place {
    /// Makes the folders. When the cluster's user cannot reach `wanted` (a checkout under
    /// /root), the data goes to a folder of the system's, and that is announced.
    pub(crate) fn prepare(wanted: &Path, account: &Account, announce: &dyn Fn(&str)) -> Result<Self, Error> {
        let wanted = std::path::absolute(wanted).map_err(Error::io("resolving the data folder"))?;
        let mut root = wanted.clone();
        // `.echosensei/` itself stays the caller's; only the cluster's own folder is given away.
        if let Some(parent) = root.parent() {
            fs::create_dir_all(parent).map_err(Error::io(format!("creating {}", parent.display())))?;
        }
        make_private(&root, account)?;
        if account.drops_privileges() && !account.can_write(&root) {
            // Made a moment ago; `remove_dir` refuses if anything is in it.
            let _ = fs::remove_dir(&root);
            root = Path::new("/var/lib/echosensei").join(short_hash(&wanted));
            announce(&format!(
                "{} is closed to the user {}; the database is kept in {}",
                wanted.display(),
                account.name(),
                root.display()
            ));
            if let Some(parent) = root.parent() {
                fs::create_dir_all(parent).map_err(Error::io(format!("creating {}", parent.display())))?;
            }
            make_private(&root, account)?;
        }
        let socket_dir = PathBuf::from(format!("/tmp/echosensei-{}", short_hash(&root)));
        Ok(Self { root, socket_dir })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    pub(crate) fn log_dir(&self) -> PathBuf {
        self.root.join("log")
    }

    /// Held while a cluster is made, started or stopped.
    pub(crate) fn change_lock(&self) -> Result<fs::File, Error> {
        locks::exclusive(&self.root.join("change.lock"))
    }

    /// Marked by every process that uses the cluster.
    pub(crate) fn users_lock(&self) -> PathBuf {
        self.root.join("users.lock")
    }

    /// Makes the socket folder. One that somebody else made first in /tmp is refused: whoever
    /// owns it could put his own server behind the name.
    pub(crate) fn prepare_socket_dir(&self, account: &Account) -> Result<(), Error> {
        make_private(&self.socket_dir, account)?;
        let metadata = fs::symlink_metadata(&self.socket_dir)
            .map_err(Error::io(format!("reading {}", self.socket_dir.display())))?;
        if !metadata.is_dir() || metadata.uid() != account.uid() {
            return Err(Error::ForeignSocketDir {
                path: self.socket_dir.clone(),
                uid: metadata.uid(),
            });
        }
        fs::set_permissions(&self.socket_dir, fs::Permissions::from_mode(0o700))
            .map_err(Error::io(format!("closing {}", self.socket_dir.display())))
    }

    /// The major version that made the data folder, if there is one.
    pub(crate) fn data_major(&self) -> Option<u32> {
        fs::read_to_string(self.data().join("PG_VERSION"))
            .ok()?
            .trim()
            .parse()
            .ok()
    }
}

/// A folder of mode 0700 that belongs to the account; one that exists keeps its owner.
pub(crate) fn make_private(dir: &Path, account: &Account) -> Result<(), Error> {
    if dir.exists() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(Error::io(format!("creating {}", dir.display())))?;
    account.own(dir)
}

fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
