//! Rust's standard library for the browser.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::debian_wasm;
use crate::paths::Paths;
use crate::{process, say};

const TARGET: &str = "wasm32-unknown-unknown";

/// By rustup, else from Debian's packages, for machines that cannot reach rustup's host.
/// `ECHOSENSEI_WASM_FROM=debian` goes straight to the second.
pub(crate) fn ensure(paths: &Paths) -> Result<()> {
    let forced = std::env::var("ECHOSENSEI_WASM_FROM").is_ok_and(|from| from == "debian");
    if debian_wasm::is_ready(paths) {
        return Ok(());
    }
    if !forced && installed() {
        add_std_source(paths);
        return Ok(());
    }
    if !forced {
        let by_rustup = say::step(
            "adding the WebAssembly target with rustup",
            "a few seconds",
            || process::run(process::command(paths, "rustup")?.args(["target", "add", TARGET])),
        );
        match by_rustup {
            Ok(()) => {
                add_std_source(paths);
                return Ok(());
            }
            Err(error) => say::line(&format!("    rustup could not: {error:#}")),
        }
    }
    if !debian_wasm::is_possible() {
        bail!("no WebAssembly target: run `rustup target add {TARGET}` where its host can be reached");
    }
    debian_wasm::install(paths)
}

/// With it the front end gets a standard library made for size (crates/wasm-build). A machine that cannot have it builds a
/// larger one, so its absence stops nothing.
fn add_std_source(paths: &Paths) {
    let there = rustlib().is_some_and(|lib| lib.join("src/rust/library/Cargo.lock").is_file());
    // Asked once: where rustup cannot reach its host, every set-up would wait for it again.
    let asked = paths.tools().join("rust-src-asked");
    if there || asked.exists() {
        return;
    }
    let added = say::step(
        "adding the source of the standard library, which makes the front end a tenth smaller",
        "a few seconds",
        || process::run(process::command(paths, "rustup")?.args(["component", "add", "rust-src"])),
    );
    if let Err(error) = added {
        say::line(&format!("    going on without it: {error:#}"));
        // Failing to remember costs a question more.
        _ = std::fs::create_dir_all(paths.tools());
        _ = std::fs::write(asked, "");
    }
}

fn installed() -> bool {
    rustlib()
        .and_then(|lib| lib.join(TARGET).join("lib").read_dir().ok())
        .is_some_and(|mut files| files.next().is_some())
}

fn rustlib() -> Option<PathBuf> {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    Some(PathBuf::from(sysroot).join("lib/rustlib"))
}
