//! The front end as the server serves it.

use anyhow::Result;

use crate::fingerprint::{self, Stamp};
use crate::paths::Paths;
use crate::{process, say, wasm};

/// Everything that the built front end depends on.
const INPUTS: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "crates/shared",
    "crates/wasm-build",
    "frontend",
];

/// Builds `dist/` in the release profile unless it is of these very sources.
pub(crate) fn build(paths: &Paths) -> Result<()> {
    let fingerprint = fingerprint::of(&paths.root, INPUTS)?;
    // In the folder itself: when that goes, so does the stamp.
    let stamp = Stamp(paths.dist().join(".fingerprint"));
    if stamp.matches(&fingerprint) {
        say::line("==> front end: unchanged");
        return Ok(());
    }
    wasm::build_tool(paths)?;
    say::step(
        "building the front end",
        "4 minutes the first time, then about 1",
        || {
            let args = ["build", "--release", "--offline", "--skip-version-check"];
            process::run(process::command(paths, "trunk")?.args(args))
        },
    )?;
    stamp.write(&fingerprint)
}
