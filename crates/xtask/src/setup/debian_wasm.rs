//! The WebAssembly target where rustup's host cannot be reached: Debian's compiler with its own
//! standard library, built once from Debian's source package.
//!
//! Debian's compiler then builds the front end; rustup's keeps building the server (it could
//! not use Debian's standard library: compiler and library must be of one version).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::paths::Paths;
use crate::{process, say};

const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const TARGET: &str = "wasm32-unknown-unknown";
/// The name under which rustup knows Debian's compiler.
const NAME: &str = "echosensei-debian";

pub(crate) fn is_possible() -> bool {
    Path::new("/usr/bin/apt-get").exists()
}

pub(crate) fn is_ready(paths: &Paths) -> bool {
    marker(paths).exists()
}

/// What `RUSTUP_TOOLCHAIN` must be for the front end, if Debian's compiler builds it.
pub(crate) fn toolchain(paths: &Paths) -> Option<&'static str> {
    is_ready(paths).then_some(NAME)
}

fn marker(paths: &Paths) -> PathBuf {
    paths.tools().join("debian-wasm")
}

pub(crate) fn install(paths: &Paths) -> Result<()> {
    say::step("installing Debian's Rust compiler", "1 minute", || {
        process::apt_install(PACKAGES)
    })?;
    // The compiler calls its linker `rust-lld`.
    let bin = paths.tools().join("bin");
    fs::create_dir_all(&bin)?;
    let linker = bin.join("rust-lld");
    let _ = fs::remove_file(&linker);
    symlink("/usr/bin/wasm-ld-19", &linker).context("linking rust-lld")?;
    say::step(
        "building the standard library for WebAssembly",
        "1 minute",
        || build_std(paths),
    )?;
    process::run(process::command(paths, "rustup")?.args(["toolchain", "link", NAME, "/usr"]))?;
    fs::write(marker(paths), "").context("writing the marker")
}

/// Left in the compiler's own folder, so that plain `--target` works afterwards.
fn build_std(paths: &Paths) -> Result<()> {
    let stub = paths.cache.join("wasm-std");
    fs::create_dir_all(stub.join("src"))?;
    fs::write(stub.join("src/lib.rs"), "")?;
    fs::write(
        stub.join("Cargo.toml"),
        "[package]\nname = \"wasm-std-stub\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n",
    )?;
    let target = stub.join("target");
    process::run(
        process::command(paths, "/usr/bin/cargo")?
            .current_dir(&stub)
            .args([
                "build",
                "--release",
                "--target",
                TARGET,
                "-Zbuild-std=std,panic_abort",
            ])
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTC", "/usr/bin/rustc")
            // build-std is an unstable option of a stable compiler.
            .env("RUSTC_BOOTSTRAP", "1")
            // Without bitcode, link-time optimisation of the front end fails.
            .env("RUSTFLAGS", "-Cembed-bitcode=yes"),
    )?;
    let sysroot = process::output(Command::new("/usr/bin/rustc").args(["--print", "sysroot"]))
        .context("asking Debian's compiler for its folder")?;
    let lib = Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&lib).with_context(|| format!("creating {}", lib.display()))?;
    for entry in fs::read_dir(target.join(TARGET).join("release/deps"))? {
        let file = entry?;
        let name = file.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libwasm_std_stub") {
            fs::copy(file.path(), lib.join(&name)).with_context(|| format!("copying {name}"))?;
        }
    }
    Ok(())
}
