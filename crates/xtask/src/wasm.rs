//! Trunk's hook: builds our splitter and runs it.

use anyhow::Result;

use crate::paths::Paths;
use crate::setup::wasm_toolchain;
use crate::{process, say};

/// Trunk has set `TRUNK_STAGING_DIR` and `TRUNK_PROFILE`.
pub(crate) fn build(paths: &Paths) -> Result<()> {
    build_tool(paths)?;
    let mut tool = process::command(paths, paths.target().join("release/echosensei-wasm-build"))?;
    if let Some(name) = wasm_toolchain(paths) {
        tool.env("RUSTUP_TOOLCHAIN", name);
    }
    process::run(&mut tool)
}

/// Optimised, because it reads a module of many megabytes: twenty times as fast.
pub(crate) fn build_tool(paths: &Paths) -> Result<()> {
    let args = [
        "build",
        "--quiet",
        "--release",
        "--package",
        "echosensei-wasm-build",
    ];
    if paths.target().join("release/echosensei-wasm-build").exists() {
        return process::run(process::command(paths, "cargo")?.args(args));
    }
    say::step(
        "compiling the tool that splits the front end",
        "3 minutes, once",
        || process::run(process::command(paths, "cargo")?.args(args)),
    )
}
