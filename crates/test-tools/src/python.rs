//! Python packages.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The interpreter of an environment with the packages that the file pins.
///
/// # Panics
/// When it cannot be made.
pub fn python(requirements: &Path) -> PathBuf {
    let pinned = std::fs::read_to_string(requirements).unwrap();
    let name: Vec<_> = pinned.split_whitespace().collect();
    let name = name.join("-").replace("==", "-").replace(['[', ']'], "");
    let (venv, _lock) = super::place(&format!("python-{name}"));
    let python = venv.join("bin/python");
    if !venv.join("complete").exists() {
        // What a run that was cut off left is no environment.
        let _ = std::fs::remove_dir_all(&venv);
        super::run(
            "making a Python environment",
            Command::new("python3").args(["-m", "venv"]).arg(&venv),
        );
        super::run(
            &format!("installing {}", pinned.trim()),
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "-r"])
                .arg(requirements),
        );
        std::fs::write(venv.join("complete"), "").unwrap();
    }
    python
}
