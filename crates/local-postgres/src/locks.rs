//! File locks. The kernel drops them when a process ends in whatever way, so nothing is
//! left behind by a kill -9.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::Error;

fn open(path: &Path) -> Result<File, Error> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(Error::io(format!("opening lock file {}", path.display())))
}

/// Waits until nobody else holds the lock, then holds it until dropped.
pub(crate) fn exclusive(path: &Path) -> Result<File, Error> {
    let file = open(path)?;
    file.lock()
        .map_err(Error::io(format!("locking {}", path.display())))?;
    Ok(file)
}

/// One mark per process that uses the cluster.
pub(crate) fn shared(path: &Path) -> Result<File, Error> {
    let file = open(path)?;
    file.lock_shared()
        .map_err(Error::io(format!("locking {}", path.display())))?;
    Ok(file)
}

/// Gives up our own mark and tells whether it was the last one.
pub(crate) fn was_last(mark: &File, path: &Path) -> Result<bool, Error> {
    // Unlocked and not only closed: a child process that is being started in another thread
    // holds a copy of every open file until its exec.
    mark.unlock()
        .map_err(Error::io(format!("unlocking {}", path.display())))?;
    match open(path)?.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(source)) => Err(Error::Io {
            what: format!("locking {}", path.display()),
            source,
        }),
    }
}
