//! Secrets that an unconfigured machine makes for itself: kept beside its database, readable by its user only.

use crate::config::{Config, Key, key};
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Where they are kept: with the database whose keys they open, so that nobody deletes one and keeps the other. That is the
/// data folder, unless the local cluster had to go elsewhere because its user can not reach the data folder.
///
/// # Errors
/// When the working directory can not be told.
pub fn home(data_dir: &Path, cluster: Option<&Path>) -> io::Result<PathBuf> {
    let beside = cluster.and_then(Path::parent).map(Path::to_owned);
    let usual = std::path::absolute(data_dir.join("postgres"))?;
    let root = match beside {
        Some(beside) if beside != usual => beside,
        _ => data_dir.to_owned(),
    };
    Ok(root.join("secrets"))
}

/// Fills what the environment left open. Production never comes here with an open one: its configuration was refused.
///
/// # Errors
/// When the folder can not be written or a file in it is damaged.
pub fn complete(config: &mut Config, home: &Path) -> io::Result<()> {
    // Where earlier versions kept them in any case.
    let earlier = config.database.data_dir.join("secrets");
    let security = &mut config.security;
    if security.encryption_key.is_none() || security.session_secret.is_none() {
        tracing::info!(secrets.dir = %home.display(), "secrets that are not set are kept here");
    }
    if security.encryption_key.is_none() {
        security.encryption_key = Some(kept(home, &earlier, "encryption_key")?);
    }
    if security.session_secret.is_none() {
        security.session_secret = Some(kept(home, &earlier, "session_secret")?);
    }
    Ok(())
}

fn kept(dir: &Path, earlier: &Path, name: &str) -> io::Result<Key> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let path = dir.join(name);
    if !path.exists() {
        let known = std::fs::read_to_string(earlier.join(name)).ok();
        let fresh = || hex::encode(rand::random::<[u8; 32]>());
        make(dir, name, &known.unwrap_or_else(fresh))?;
    }
    let text = std::fs::read_to_string(&path)?;
    match hex::decode(text.trim()) {
        Ok(bytes) if bytes.len() == 32 => Ok(key(bytes)),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{} is damaged", path.display()),
        )),
    }
}

/// Two processes may start at once: written aside, then linked, so that the first wins and both read the same.
fn make(dir: &Path, name: &str, text: &str) -> io::Result<()> {
    let draft = dir.join(format!("{name}.{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, dir.join(name));
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use std::os::unix::fs::PermissionsExt;

    fn is_same(one: &Key, other: &Key) -> bool {
        one.expose_secret() == other.expose_secret()
    }

    #[test]
    fn a_secret_is_made_once_and_readable_by_its_user_only() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("secrets");
        let kept = |name| kept(&dir, &dir, name);
        let first = kept("one").unwrap();
        assert_eq!(first.expose_secret().len(), 32);
        assert!(is_same(&kept("one").unwrap(), &first));
        assert!(!is_same(&kept("two").unwrap(), &first));
        assert_eq!(
            dir.join("one").metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
        std::fs::write(dir.join("one"), "short").unwrap();
        assert!(kept("one").is_err());
    }

    #[test]
    fn secrets_lie_where_the_database_lies_and_go_with_it() {
        let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let within = data.path().join("postgres/data");
        let beyond = elsewhere.path().join("cluster/data");
        let at = |cluster: Option<&Path>| home(data.path(), cluster).unwrap();
        assert_eq!(at(None), data.path().join("secrets"));
        assert_eq!(at(Some(&within)), data.path().join("secrets"));
        assert_eq!(at(Some(&beyond)), elsewhere.path().join("cluster/secrets"));

        // Made by an earlier version in the data folder: the database knows them already.
        let earlier = data.path().join("secrets");
        let known = kept(&earlier, &earlier, "one").unwrap();
        assert!(is_same(
            &kept(&at(Some(&beyond)), &earlier, "one").unwrap(),
            &known
        ));
        // Without the data folder they still open what the database holds.
        std::fs::remove_dir_all(data.path()).unwrap();
        assert!(is_same(
            &kept(&at(Some(&beyond)), &earlier, "one").unwrap(),
            &known
        ));
        // Without the cluster there is nothing left to open.
        std::fs::remove_dir_all(elsewhere.path().join("cluster")).unwrap();
        assert!(!is_same(
            &kept(&at(Some(&beyond)), &earlier, "one").unwrap(),
            &known
        ));
    }
}
