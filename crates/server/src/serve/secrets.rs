//! Secrets that an unconfigured machine makes for itself: kept in the data folder, readable by its user only.

use crate::config::{Config, Key, key};
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Fills what the environment left open. Production never comes here with an open one: its configuration was refused.
///
/// # Errors
/// When the folder can not be written or a file in it is damaged.
pub fn complete(config: &mut Config) -> io::Result<()> {
    let dir = config.database.data_dir.join("secrets");
    let security = &mut config.security;
    if security.encryption_key.is_none() {
        security.encryption_key = Some(kept(&dir, "encryption_key")?);
    }
    if security.session_secret.is_none() {
        security.session_secret = Some(kept(&dir, "session_secret")?);
    }
    Ok(())
}

fn kept(dir: &Path, name: &str) -> io::Result<Key> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let path = dir.join(name);
    // Two processes may start at once: written aside, then linked, so that the first wins and both read the same.
    let draft = dir.join(format!("{name}.{}", std::process::id()));
    let fresh = hex::encode(rand::random::<[u8; 32]>());
    if !path.exists() {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(fresh.as_bytes())?;
        file.sync_all()?;
        let linked = std::fs::hard_link(&draft, &path);
        std::fs::remove_file(&draft)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_is_made_once_and_readable_by_its_user_only() {
        let dir = std::env::temp_dir().join(format!("echosensei-secrets-{}", uuid::Uuid::new_v4()));
        let first = kept(&dir, "one").unwrap();
        assert_eq!(first.expose_secret().len(), 32);
        assert_eq!(kept(&dir, "one").unwrap().expose_secret(), first.expose_secret());
        assert_ne!(kept(&dir, "two").unwrap().expose_secret(), first.expose_secret());
        assert_eq!(
            dir.join("one").metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
        std::fs::write(dir.join("one"), "short").unwrap();
        assert!(kept(&dir, "one").is_err());
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
