//! Child processes that are waited for.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use nix::unistd::Uid;

use crate::paths::Paths;

/// A command that finds our tools and builds into our folders.
pub(crate) fn command(paths: &Paths, program: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = Command::new(program);
    command
        .current_dir(&paths.root)
        .env("PATH", paths.search_path()?)
        .env("CARGO_TARGET_DIR", paths.target())
        .env("WASM_TARGET_DIR", paths.wasm_target())
        // For Trunk's hook.
        .env("XTASK", std::env::current_exe()?)
        // Trunk reads it as a flag and refuses the usual value 1.
        .env_remove("NO_COLOR");
    // What cargo told us of ourselves is not for those below: build scripts that look at it (ring's does) would run
    // again, and half the dependencies with them, whenever cargo is called once through us and once by hand.
    for (name, _) in std::env::vars_os() {
        if is_about_us(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

fn is_about_us(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
        .iter()
        .any(|prefix| variable.starts_with(prefix))
}

/// Runs with our output; an error when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("running {command:?}"))?;
    ensure!(status.success(), "{} failed ({status})", short(command));
    Ok(())
}

/// Runs silently; what it wrote to standard output, or nothing if it failed.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn short(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Debian's packages, as root; for everybody else the command to run is the error.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if !Path::new("/usr/bin/apt-get").exists() {
        bail!("please install with your package manager what Debian calls: {list}");
    }
    if !Uid::effective().is_root() {
        bail!("root is needed for this; run: sudo apt-get install -y {list}\nthen repeat the command");
    }
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        run(&mut command)
    };
    apt(&["update", "-qq"])?;
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(packages);
    apt(&install)
}
