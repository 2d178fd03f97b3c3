//! cargo, for the browser.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::Profile;

const PACKAGE: &str = "echosensei-frontend";
const TARGET: &str = "wasm32-unknown-unknown";

/// The standard library compiled with our own flags, and its smaller algorithms chosen.
const SMALL_STD: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];
/// A panic stops the page as before, but without its message and place: nobody reads a visitor's console, and a debug build has them.
const SMALL_CODE: &str =
    " -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";

/// Whether the compiler has the source of its standard library (`rustup component add rust-src`). Debian's compiler, which
/// stands in where rustup cannot, has built its library from source already (crates/xtask).
fn has_std_source() -> bool {
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output();
    sysroot.is_ok_and(|output| {
        let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let source = Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock");
        sysroot != "/usr" && source.is_file()
    })
}

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
    let mut flags = "-Clink-args=--emit-relocs --cfg erase_components".to_owned();
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root);
    if profile == Profile::Release && has_std_source() {
        // Cargo's own switch for it is not stable, the flags are: what they leave out is a tenth of what is sent.
        cargo.env("RUSTC_BOOTSTRAP", "1").args(SMALL_STD);
        flags.push_str(SMALL_CODE);
    }
    let status = cargo
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
