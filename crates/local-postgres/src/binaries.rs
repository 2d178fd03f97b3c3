//! Finds the PostgreSQL programs.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cache::cache_dir;
use crate::command;

/// A folder that holds `postgres`, `initdb`, `pg_ctl` and `psql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    dir: PathBuf,
    major: u32,
}

impl Binaries {
    /// The newest installed, or the one of that major version: a data folder can be opened
    /// only by the major version that made it.
    pub fn find(major: Option<u32>) -> Option<Self> {
        let found = candidates().into_iter().filter_map(|dir| Self::in_dir(&dir));
        match major {
            Some(major) => found.into_iter().find(|binaries| binaries.major == major),
            None => found.max_by_key(|binaries| binaries.major),
        }
    }

    fn in_dir(dir: &Path) -> Option<Self> {
        let complete = ["postgres", "initdb", "pg_ctl", "psql"]
            .iter()
            .all(|name| dir.join(name).is_file());
        if !complete {
            return None;
        }
        let version = command::output(Command::new(dir.join("postgres")).arg("--version")).ok()?;
        Some(Self {
            dir: dir.to_owned(),
            major: major_version(&version)?,
        })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn major(&self) -> u32 {
        self.major
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)` → 15.
fn major_version(text: &str) -> Option<u32> {
    let number = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn candidates() -> BTreeSet<PathBuf> {
    let mut dirs = BTreeSet::new();
    for dir in env::split_paths(&env::var_os("PATH").unwrap_or_default()) {
        // A link in /usr/local/bin leads to the folder that has the others beside it.
        if let Ok(program) = dir.join("postgres").canonicalize() {
            dirs.extend(program.parent().map(Path::to_owned));
        }
    }
    if let Ok(dir) = command::output(Command::new("pg_config").arg("--bindir")) {
        dirs.insert(PathBuf::from(dir.trim()));
    }
    for (parent, inner) in [
        (PathBuf::from("/usr/lib/postgresql"), "bin"),
        (PathBuf::from("/opt/homebrew/opt"), "bin"),
        (PathBuf::from("/usr/local/opt"), "bin"),
        (cache_dir().join("postgresql"), "bin"),
    ] {
        let Ok(entries) = parent.read_dir() else { continue };
        dirs.extend(entries.flatten().map(|entry| entry.path().join(inner)));
    }
    // Red Hat's family installs without a version in the path.
    dirs.insert(PathBuf::from("/usr/bin"));
    dirs
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn reads_the_major_version_of_every_style() {
        assert_eq!(
            major_version("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(major_version("postgres (PostgreSQL) 17.2"), Some(17));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_version("nonsense"), None);
    }
}
