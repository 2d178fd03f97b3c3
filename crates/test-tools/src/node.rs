//! Node packages.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of the cache with the packages that the lock file in `source` pins, and with copies of `scripts` beside them, where Node
/// finds the packages.
///
/// # Panics
/// When it cannot be made.
pub fn node_modules(name: &str, source: &Path, scripts: &[&str]) -> PathBuf {
    let (folder, _lock) = super::place(&format!("node-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
    let lock = std::fs::read(source.join("package-lock.json")).unwrap();
    let installed = std::fs::read(folder.join("complete")).ok();
    for file in ["package.json", "package-lock.json"].iter().chain(scripts) {
        std::fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    if installed.as_deref() != Some(lock.as_slice()) {
        super::run(
            &format!("installing {name}"),
            Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&folder),
        );
        std::fs::write(folder.join("complete"), &lock).unwrap();
    }
    folder
}
