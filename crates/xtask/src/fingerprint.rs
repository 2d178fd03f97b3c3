//! Tells whether anything changed since a build, by content and not by time: a fresh
//! clone has new times on old files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Folders that are never a source.
const SKIPPED: &[&str] = &["node_modules", "target", "e2e", "tests"];

/// A hash over files and folders, names and content. One that does not exist counts as such.
pub(crate) fn of(root: &Path, inputs: &[&str]) -> Result<String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let content = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        hash.update(file.strip_prefix(root)?.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(content));
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    if !path.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if !SKIPPED.iter().any(|skipped| entry.file_name() == *skipped) {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

/// A file that remembers the fingerprint of what was made last.
pub(crate) struct Stamp(pub(crate) PathBuf);

impl Stamp {
    pub(crate) fn matches(&self, fingerprint: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|found| found == fingerprint)
    }

    pub(crate) fn write(&self, fingerprint: &str) -> Result<()> {
        if let Some(dir) = self.0.parent() {
            fs::create_dir_all(dir)?;
        }
        fs::write(&self.0, fingerprint).with_context(|| format!("writing {}", self.0.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_content_or_name_is_seen_and_skipped_folders_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("src/node_modules")).unwrap();
        fs::write(root.join("src/a"), "1").unwrap();
        let first = of(root, &["src", "absent"]).unwrap();
        fs::write(root.join("src/node_modules/x"), "1").unwrap();
        assert_eq!(of(root, &["src"]).unwrap(), first);
        fs::write(root.join("src/a"), "2").unwrap();
        assert_ne!(of(root, &["src"]).unwrap(), first);
        fs::write(root.join("src/a"), "1").unwrap();
        fs::rename(root.join("src/a"), root.join("src/b")).unwrap();
        assert_ne!(of(root, &["src"]).unwrap(), first);
    }
}
