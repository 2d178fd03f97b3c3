//! Trunk, which makes the page around the front end and serves it in development.

use anyhow::Result;

use crate::fingerprint::Stamp;
use crate::paths::Paths;
use crate::{process, say};

/// 0.22 wants a newer compiler than the workspace does.
const VERSION: &str = "0.21.14";

pub(crate) fn ensure(paths: &Paths) -> Result<()> {
    let stamp = Stamp(paths.tools().join("trunk.version"));
    let installed = paths.tools().join("bin/trunk").is_file();
    if installed && stamp.matches(VERSION) {
        return Ok(());
    }
    // One of the right version may be on the machine, or here without its stamp.
    let found = process::output(process::command(paths, "trunk")?.arg("--version"));
    if found.is_some_and(|version| version.split_whitespace().nth(1) == Some(VERSION)) {
        return if installed { stamp.write(VERSION) } else { Ok(()) };
    }
    say::step(
        &format!("compiling Trunk {VERSION}"),
        "7 to 15 minutes, once",
        || {
            let mut cargo = process::command(paths, "cargo")?;
            cargo
                .args([
                    "install",
                    "trunk",
                    "--version",
                    VERSION,
                    "--locked",
                    "--quiet",
                    "--root",
                ])
                .arg(paths.tools());
            process::run(cargo.env("CARGO_TARGET_DIR", paths.cache.join("target-tools")))
        },
    )?;
    // A gigabyte that nothing reads again.
    let _ = std::fs::remove_dir_all(paths.cache.join("target-tools"));
    stamp.write(VERSION)
}
