//! cargo, for the browser.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::Profile;

const PACKAGE: &str = "echosensei-frontend";
const TARGET: &str = "wasm32-unknown-unknown";

/// Returns the linked module, with the relocations that the splitter needs.
pub(crate) fn compile(root: &Path, profile: Profile) -> Result<PathBuf> {
    let (name, folder) = match profile {
        Profile::Debug => ("dev", "debug"),
        Profile::Release => ("wasm-release", "wasm-release"),
    };
    // Its own folder: the flags below would otherwise rebuild what the server's build has made.
    let target_dir = env::var_os("WASM_TARGET_DIR").map_or_else(|| root.join("target/wasm"), PathBuf::from);
    // Relocations are what the splitter cuts along. Erased components make one type of all
    // views: half the code to compile and to send.
    let flags = "-Clink-args=--emit-relocs --cfg erase_components";
    let status = Command::new("cargo")
        .current_dir(root)
        .args([
            "build",
            "--locked",
            "--package",
            PACKAGE,
            "--target",
            TARGET,
            "--profile",
            name,
        ])
        .env("CARGO_TARGET_DIR", &target_dir)
        .env("RUSTFLAGS", flags)
        .status()
        .context("running cargo")?;
    ensure!(status.success(), "the front end did not compile");
    Ok(target_dir
        .join(TARGET)
        .join(folder)
        .join(format!("{PACKAGE}.wasm")))
}
