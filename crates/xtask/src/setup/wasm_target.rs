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
    if debian_wasm::is_ready(paths) || (!forced && installed()) {
        return Ok(());
    }
    if !forced {
        let by_rustup = say::step(
            "adding the WebAssembly target with rustup",
            "a few seconds",
            || process::run(process::command(paths, "rustup")?.args(["target", "add", TARGET])),
        );
        match by_rustup {
            Ok(()) => return Ok(()),
            Err(error) => say::line(&format!("    rustup could not: {error:#}")),
        }
    }
    if !debian_wasm::is_possible() {
        bail!("no WebAssembly target: run `rustup target add {TARGET}` where its host can be reached");
    }
    debian_wasm::install(paths)
}

fn installed() -> bool {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]));
    let lib = sysroot.map(|sysroot| {
        PathBuf::from(sysroot)
            .join("lib/rustlib")
            .join(TARGET)
            .join("lib")
    });
    lib.and_then(|lib| lib.read_dir().ok())
        .is_some_and(|mut files| files.next().is_some())
}
